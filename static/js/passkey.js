// Puts allauth's passkey steps behind the page's button, and says so on the page when the browser gives none.
const form = document.querySelector("form[data-passkey]");
const button = form.querySelector("[data-passkey-button]");
const failed = form.querySelector("[data-passkey-failed]");
const { addForm, authenticateForm } = window.allauth.webauthn.forms;
const start = form.dataset.passkey === "add" ? addForm : authenticateForm;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  failed.hidden = false;
});
button.addEventListener("click", () => {
  failed.hidden = true;
});
start({ ids: { add: button.id, authenticate: button.id, credential: form.querySelector("[name=credential]").id, data: "js_data" } });
button.hidden = false;
