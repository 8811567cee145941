// Gives every password field its button to show what was typed. Without JavaScript there is no button.
for (const group of document.querySelectorAll("[data-password]")) {
  const input = group.querySelector("input");
  const eye = group.querySelector("template").content.firstElementChild.cloneNode(true);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", String(shown));
    eye.textContent = shown ? eye.dataset.hide : eye.dataset.show;
  };
  eye.addEventListener("click", () => show(input.type === "password"));
  // A browser keeps what was typed into a text field; the password goes out, and is kept, as a password.
  input.form?.addEventListener("submit", () => show(false));
  group.append(eye);
}
