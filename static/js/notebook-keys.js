// Three keys of the notebook: n, / and ?. None works while something is being typed.
(() => {
  const help = document.getElementById("notebook-keys");
  if (!help) return;
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const goTo = (field, address) => {
    if (!field) {
      location.assign(address);
      return;
    }
    field.focus();
    field.scrollIntoView({ block: "center" });
  };
  const keys = {
    n: () => goTo(document.getElementById("id_line"), help.dataset.new),
    "/": () => goTo(document.querySelector("form[role=search] input"), help.dataset.search),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || help.open || typing(event.target)) return;
    event.preventDefault();
    act();
  });
})();
