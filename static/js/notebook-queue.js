// Entries that wait for the network. Each is sealed for the server the moment it is kept: nobody, and not this page
// either, can read it here again. Both the pages and the worker use this file.
self.notebookQueue = (() => {
  const store = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("notebook", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("waiting", { keyPath: "key" });
      asked.result.createObjectStore("settings");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const run = async (name, mode, act) => {
    const database = await store();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(name, mode);
        const asked = act(transaction.objectStore(name));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  };

  const fromText = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  const curve = { name: "ECDH", namedCurve: "P-256" };
  // expenses/sealing.py says what an envelope is.
  const seal = async (fields, server) => {
    const theirs = await crypto.subtle.importKey("raw", fromText(server), curve, false, []);
    const ours = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
    const source = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const words = new TextEncoder();
    const derived = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: words.encode("duebook waiting entry") };
    const key = await crypto.subtle.deriveKey(derived, source, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const content = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, words.encode(JSON.stringify(fields)));
    const point = await crypto.subtle.exportKey("raw", ours.publicKey);
    return toText(new Uint8Array([...new Uint8Array(point), ...iv, ...new Uint8Array(content)]));
  };

  const localDay = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  };

  return {
    // The key makes every try to send it the same entry. A form sent again waits beside the first: the server opens
    // both, and says whether they are one.
    keep: async (fields) => {
      const server = await run("settings", "readonly", (settings) => settings.get("seal"));
      const key = fields.key || crypto.randomUUID();
      const sealed = await seal({ ...fields, key, today: localDay() }, server);
      const taken = await run("waiting", "readonly", (waiting) => waiting.getKey(key));
      const place = taken ? `${key} ${crypto.randomUUID()}` : key; // they are sent in the order of their places
      await run("waiting", "readwrite", (waiting) => waiting.add({ key: place, sealed }));
    },
    remember: (server) => run("settings", "readwrite", (settings) => settings.put(server, "seal")),
    waiting: () => run("waiting", "readonly", (waiting) => waiting.getAll()),
    forget: (key) => run("waiting", "readwrite", (waiting) => waiting.delete(key)),
  };
})();
