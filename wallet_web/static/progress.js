// Keeps the progress of an issue up to date: asks for the same page and takes its part over.
// Without it the page is right when it is loaded again.
const PAUSE_MS = 1000;

async function follow(part) {
  while (part.dataset.running === "yes") {
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
    const answer = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(part.id);
    if (!answer.ok || !fresh) return;
    part.replaceWith(fresh);
    part = fresh;
  }
  location.reload(); // The buttons are other ones now.
}

const part = document.getElementById("avanzamento");
if (part) follow(part);
