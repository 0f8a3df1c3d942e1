// A session's page that is reloaded without a network still opens. This worker answers for the network
// only when there is none: a session's page with an empty shell, whose script (keep.js) writes the page
// that this tab itself has kept; our own scripts and styles from the browser's cache. It keeps no page
// and nothing of a patient. Why so: docs/decisions/offline.md.
const SESSION = /^\/patient\/[^/]+\/dosing\/[^/]+$/, CACHE = 'cairn-static';

const shell = async () => {
  const cache = await caches.open(CACHE), all = await cache.keys();
  const keep = all.find((r) => new URL(r.url).pathname === '/static/keep.js');
  if (!keep) return Response.error();
  const policy = (await cache.match(keep)).headers.get('content-security-policy') ?? "default-src 'self'";
  return new Response(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No network</title></head><body data-shell><main></main><script src="${keep.url}"></script></body></html>`,
    { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' } });
};

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (e) => {
  const { origin, pathname } = new URL(e.request.url);
  if (e.request.method !== 'GET' || origin !== self.location.origin) return;
  if (e.request.mode === 'navigate' && SESSION.test(pathname)) e.respondWith(fetch(e.request).catch(shell));
  else if (pathname.startsWith('/static/'))
    e.respondWith(fetch(e.request).catch(async () => (await (await caches.open(CACHE)).match(e.request)) ?? Response.error()));
});
