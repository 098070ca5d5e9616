/* Service worker of web push: shows what arrives, follows a click, and renews a lost subscription.
 * The address of the gateway comes with the registration (sw.js?gateway=...), so one build serves every place. */
"use strict";

const VERSION = "[[version]]";
const PUBLIC_KEY = "[[vapid_public_key]]";
const FALLBACK = [[fallback]];
const settings = new URL(self.location.href).searchParams;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The message as sent; an empty or broken one still has to be shown, or the browser shows its own. */
function read(data) {
  if (!data) return FALLBACK;
  try {
    const message = data.json();
    return message && message.title ? message : FALLBACK;
  } catch {
    return { ...FALLBACK, body: data.text() };
  }
}

self.addEventListener("push", (event) => {
  const message = read(event.data);
  const actions = (message.actions || []).slice(0, 2);
  const urls = { "": message.url || FALLBACK.url };
  for (const action of actions) urls[action.action] = action.url || urls[""];
  const options = {
    body: message.body || "",
    icon: message.icon || FALLBACK.icon,
    badge: message.badge || undefined,
    image: message.image || undefined,
    lang: message.lang || undefined,
    dir: message.dir || "auto",
    tag: message.tag || undefined,
    renotify: Boolean(message.tag && message.renotify),
    data: { urls },
    actions: actions.map(({ action, title, icon }) => (icon ? { action, title, icon } : { action, title })),
  };
  event.waitUntil(self.registration.showNotification(message.title, options));
});

/** Bring a window of ours that already shows the target to the front, or open one. */
async function open(target) {
  const url = new URL(target, self.registration.scope).href;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = windows.find((client) => client.url === url);
  if (same) return same.focus();
  return self.clients.openWindow(url);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const urls = (event.notification.data && event.notification.data.urls) || {};
  event.waitUntil(open(urls[event.action || ""] || urls[""] || FALLBACK.url));
});

function bytes(key) {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(key.length / 4) * 4, "="));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Some browsers hand over the new subscription, some only say that the old one is gone. */
async function renew(event) {
  const previous = event.oldSubscription ? event.oldSubscription.endpoint : null;
  const key = (event.oldSubscription && event.oldSubscription.options.applicationServerKey) || bytes(PUBLIC_KEY);
  const subscription =
    event.newSubscription ||
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const gateway = settings.get("gateway");
  if (!gateway) return;
  await fetch(new URL("push/subscriptions", gateway), {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ previous, subscription: subscription.toJSON(), version: VERSION }),
  });
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
