import './console.css';
import './console.js';
