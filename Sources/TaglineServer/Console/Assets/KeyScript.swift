/// The console's own script: keyboard shortcuts and copy buttons. The pages work without it.
enum KeyScript {
    static let text = """
        (() => {
          "use strict";
          const rows = () => [...document.querySelectorAll("a[data-row]")];
          const move = (step) => {
            const all = rows();
            const place = all.indexOf(document.activeElement);
            const next = all[Math.min(all.length - 1, Math.max(0, place < 0 ? 0 : place + step))];
            if (next) next.focus();
          };
          document.addEventListener("keydown", (event) => {
            if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
            if (event.target.closest("input,select,textarea,dialog")) return;
            if (event.key === "j") move(1);
            else if (event.key === "k") move(-1);
            else if (event.key === "?") document.getElementById("keys").showModal();
            else if (event.key === "/") {
              const field = document.querySelector("[data-search]");
              if (!field) return;
              field.focus();
            } else return;
            event.preventDefault();
          });
          const showButtons = (root) => {
            if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
          };
          document.addEventListener("click", (event) => {
            const button = event.target.closest("[data-copy]");
            if (!button) return;
            const text = button.parentElement.querySelector("pre").textContent;
            navigator.clipboard.writeText(text).then(() => button.classList.add("copied"));
          });
          // On a narrow window the links to the screens are one row that scrolls.
          const here = document.querySelector("[aria-current]");
          if (here) here.parentElement.scrollLeft = here.offsetLeft - 40;
          document.addEventListener("htmx:afterSettle", (event) => showButtons(event.target));
          showButtons(document);
        })();

        """
}
