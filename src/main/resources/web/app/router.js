// Addresses within the console. A plain link works: one that leads to a page of ours is followed without leaving it.

const moved = new EventTarget();

export const path = () => location.pathname;
export const query = () => Object.fromEntries(new URLSearchParams(location.search));

/** Calls back whenever the page's path has changed. */
export function onMove(callback) {
  moved.addEventListener('moved', callback);
  addEventListener('popstate', callback);
}

export function go(to, {replace = false} = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  moved.dispatchEvent(new Event('moved'));
}

/** Puts filters into the address, so that reloading and sharing keep them; no step back for each. */
export function keep(filters) {
  const given = Object.entries(filters).filter(([, value]) => value);
  const search = given.length ? `?${new URLSearchParams(given)}` : '';
  history.replaceState(null, '', location.pathname + search);
}

/** A path of this very console, or null: where somebody may be led after signing in. */
export function ownPath(text) {
  if (!text || !text.startsWith('/') || text.startsWith('//') || text.includes('\\')) {
    return null;
  }
  const url = new URL(text, location.origin);
  return url.origin === location.origin ? url.pathname + url.search : null;
}

/** Follows links to addresses for which `isOurs` is true without loading a document. */
export function followLinks(isOurs) {
  addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) {
      return;
    }
    const url = new URL(link.href);
    if (url.origin === location.origin && isOurs(url.pathname) && !url.hash) {
      event.preventDefault();
      go(url.pathname + url.search);
    }
  });
}
