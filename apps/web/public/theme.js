// Runs before the first paint so that a dark room never sees a white flash.
(() => {
  let chosen = 'system';
  try {
    chosen = localStorage.getItem('headwater.theme') ?? 'system';
  } catch {
    // Storage is off; the system's choice holds.
  }
  const dark = chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
