/* Asks for web push, after a person clicked for it:
 *   <script type="module"> import { subscribe } from "/pwa/subscribe.js";
 *   button.onclick = () => subscribe({ gateway: "https://mail.aurora.example/", topics: ["product-news"] }); </script>
 * Nothing is asked on page load; a refusal is remembered by the browser and cannot be asked again. */

const PUBLIC_KEY = "[[vapid_public_key]]";
const WORKER = new URL("sw.js", import.meta.url);

function bytes(key) {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(key.length / 4) * 4, "="));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Whether this browser can receive pushes. On iOS the page has to be installed to the home screen first. */
export function supported() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

function worker(gateway) {
  const address = new URL(WORKER);
  address.searchParams.set("gateway", new URL(gateway, location.href).href);
  return navigator.serviceWorker.register(address);
}

async function tell(gateway, method, body) {
  const answer = await fetch(new URL("push/subscriptions", new URL(gateway, location.href)), {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
}

/** The state of this browser: "unsupported", "denied", "subscribed" or "open". */
export async function state() {
  if (!supported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  const subscription = registration && (await registration.pushManager.getSubscription());
  return subscription ? "subscribed" : "open";
}

/** Ask for permission, subscribe, and tell the gateway. Call it from a click. */
export async function subscribe({ gateway, topics = [], contact = null }) {
  if (!supported()) return "unsupported";
  if (!PUBLIC_KEY) throw new Error("set push.vapid_public_key in mops.toml and build again");
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const registration = await worker(gateway);
  await navigator.serviceWorker.ready;
  const subscription =
    (await registration.pushManager.getSubscription()) ||
    (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(PUBLIC_KEY) }));
  await tell(gateway, "POST", { subscription: subscription.toJSON(), topics, contact, language: navigator.language });
  return "subscribed";
}

/** End it, here and at the gateway. */
export async function unsubscribe({ gateway }) {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  const subscription = registration && (await registration.pushManager.getSubscription());
  if (!subscription) return "open";
  await tell(gateway, "DELETE", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
  return "open";
}
