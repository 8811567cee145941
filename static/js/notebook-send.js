// Sends what waited for the network, from any page of a customer's; says how much waits where a page has room for it.
(() => {
  if (!("serviceWorker" in navigator) || !globalThis.indexedDB || !globalThis.crypto?.subtle) return;
  const words = JSON.parse(document.currentScript.dataset.words);
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const counted = (forms, number) => forms[plural.select(number)].replace("%(n)s", number);
  const SEND = "/expenses/quick/waiting/";
  const room = document.querySelector("[data-waiting]");
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

  const line = (text) => {
    const said = document.createElement("p");
    said.className = "alert alert-info";
    said.textContent = text;
    room?.append(said);
    return said;
  };
  // The line is not clear, and only its owner can say what it means: the form tells why and lets it be changed.
  const mend = (key, { problem, fields }) => {
    const told = { "%(line)s": fields.line || fields.amount || "", "%(problem)s": problem };
    const said = line(`${words.unclear.replace(/%\(\w+\)s/g, (name) => told[name])} `);
    const forget = document.createElement("button");
    forget.type = "button";
    forget.className = "btn";
    forget.textContent = words.forget;
    forget.addEventListener("click", () => notebookQueue.forget(key).then(show));
    said.append(forget);
  };

  // One entry; true when it need not be kept any longer.
  const sendOne = async ({ key, sealed }) => {
    const body = new URLSearchParams({ sealed });
    const answer = await fetch(SEND, { method: "POST", body, redirect: "error", headers: { "X-CSRFToken": token() } });
    if (answer.ok) await notebookQueue.forget(key);
    return answer;
  };
  const sendAll = async () => {
    const unclear = [];
    let sent = 0;
    for (const entry of await notebookQueue.waiting()) {
      const answer = await sendOne(entry).catch(() => null);
      if (answer === null || answer.status === 403) break;
      if (answer.ok) sent += 1;
      if (answer.status === 422) unclear.push([entry.key, await answer.json()]);
    }
    return { sent, unclear };
  };
  const show = async (sent = 0, unclear = []) => {
    const left = (await notebookQueue.waiting()).length - unclear.length;
    if (!room) return;
    room.replaceChildren();
    if (sent) line(counted(words.sent, sent));
    if (left > 0) line(counted(words.waits, left));
    for (const [key, told] of unclear) mend(key, told);
  };
  const send = async () => {
    const { sent, unclear } = navigator.onLine ? await sendAll() : { sent: 0, unclear: [] };
    await show(sent, unclear);
  };
  // Two pages at once would do no harm, for each entry has its key; but they would say it twice.
  const sendOnce = () => (navigator.locks ? navigator.locks.request("notebook-send", send) : send());
  const sendQuietly = () => sendOnce().catch(() => null); // a browser may have no store, as in a private window

  const card = document.querySelector("[data-worker]");
  const ready = card
    ? Promise.all([
      notebookQueue.remember(card.dataset.seal),
      navigator.serviceWorker.register(card.dataset.worker),
    ])
    : Promise.resolve();
  ready.catch(() => null).then(sendQuietly);
  addEventListener("online", sendQuietly);

  // The page without a network: its form only keeps.
  const form = document.querySelector("form[data-keep]");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await notebookQueue.keep({ line: form.elements.line.value });
      form.reset();
      await sendOnce();
    } catch {
      line(words.unkept);
    }
    form.elements.line.focus();
  });
  if (form && location.search === "?lost") {
    line(words.lost);
  }

  // Signing out empties this device's store, so what waits goes first.
  const leave = document.querySelector("form[action$='/sign-out/']");
  leave?.addEventListener("submit", async (event) => {
    event.preventDefault();
    await sendQuietly();
    const left = await notebookQueue.waiting().catch(() => []);
    if (!left.length || confirm(counted(words.leave, left.length))) leave.submit();
  });
})();
