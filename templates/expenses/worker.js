{% load static %}// The notebook without a network. It keeps a page that holds nobody's data; what is written meanwhile is sealed and kept.
importScripts("{% static 'js/notebook-queue.js' %}");
const ENTER = "{% url 'quick_expense' %}";
const OFFLINE = "{% url 'quick_offline' %}";
const LANGUAGE = "{{ language }}";
const SHELL = "notebook-shell-1";
const FILES = [
  OFFLINE,
  "{% static 'css/duebook.css' %}",
  "{% static 'js/notebook-queue.js' %}",
  "{% static 'js/notebook-send.js' %}",
  "{% static 'img/favicon.svg' %}",
];

const kept = (path) => caches.open(SHELL).then((shell) => shell.match(path, { ignoreSearch: true }));

// Anew each time, so that a new version of a file takes the old one's place; without anybody's cookies.
const fill = async () => {
  const shell = await caches.open(SHELL);
  await Promise.all(FILES.map(async (path) => {
    const answer = await fetch(path === OFFLINE ? `${OFFLINE}?language=${LANGUAGE}` : path, { cache: "reload", credentials: "omit" });
    if (answer.ok) await shell.put(path, answer);
  }));
};

// Files of an earlier version are of no use any more.
const sweep = async () => {
  const shell = await caches.open(SHELL);
  const old = (await shell.keys()).filter((file) => !FILES.includes(new URL(file.url).pathname));
  await Promise.all(old.map((file) => shell.delete(file)));
};

// The form could not be sent: keep what it says, under the key that it had, and show the page without a network.
const enter = async (request) => {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const fields = Object.fromEntries(await copy.formData());
    delete fields.csrfmiddlewaretoken;
    const state = await notebookQueue.keep(fields).then(() => "kept", () => "lost");
    return Response.redirect(`${OFFLINE}?${state}`, 303);
  }
};

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(sweep().then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.mode === "navigate" && event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(() => kept(OFFLINE)));
  } else if (event.request.mode === "navigate" && path === ENTER) {
    event.respondWith(enter(event.request));
  } else if (FILES.includes(path)) {
    event.respondWith(fetch(event.request).catch(() => kept(path)));
  }
});
