// Asks before it acts: a mailed link opens the page, and only the button posts the token of its fragment.

const form = document.getElementById('question');
const outcome = document.getElementById('outcome');
const token = new URLSearchParams(location.hash.slice(1)).get('token');

// The token belongs neither into the history nor under the eyes of whoever looks over a shoulder.
history.replaceState(null, '', location.pathname);

function tell(text) {
  outcome.textContent = text;
  outcome.focus();
}

async function post(body) {
  const answer = await fetch(form.dataset.endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.ok) {
    form.hidden = true;
    tell(form.dataset.done);
    return;
  }
  const problem = await answer.json();
  const wrong = (problem.errors ?? []).find((error) => error.field === 'token');
  tell(wrong ? 'This link works no more: it was used before, or has expired. Please ask for a new one.' : problem.detail);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    await post({ ...Object.fromEntries(new FormData(form)), ...(form.dataset.needsToken === 'true' ? { token } : {}) });
  } catch {
    tell('The service could not be reached. Please try again.');
  } finally {
    button.disabled = false;
  }
});

if (form.dataset.needsToken === 'true' && !token) {
  tell('This link is not whole. Please open it from the mail again.');
} else {
  form.hidden = false;
}
