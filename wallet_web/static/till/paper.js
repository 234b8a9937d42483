// How wide the paper of the till's printer is; the phone remembers it. The widths are in pages.css.

const PLACE = "portavalori-paper";

/** Have a choice of widths say how this page is printed, now and next time. */
export function choosePaper(choice) {
  const kept = localStorage.getItem(PLACE);
  if ([...choice.options].some((one) => one.value === kept)) choice.value = kept;
  document.body.dataset.paper = choice.value;
  choice.addEventListener("change", () => {
    localStorage.setItem(PLACE, choice.value);
    document.body.dataset.paper = choice.value;
  });
}
