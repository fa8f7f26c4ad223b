// The photo's way without a reload: shown at once, made smaller here, sent, waited for, answered in place.
// Without this file the forms post by themselves and get a whole page.
(() => {
  "use strict";
  const LONGER_SIDE = 640, SMALL_ENOUGH = 150_000, TRIES = 5, LONGEST_WAIT = 60;
  const byId = (id) => document.getElementById(id);
  const [work, preview, progress, status, again, answer] =
    ["work", "preview", "progress", "status", "again", "answer"].map(byId);
  let area = byId("camera-area");
  if (!area || !answer) return;
  const here = () => location.pathname + location.search;
  let turn = 0, sending = null, waiting = 0, last = null, shown = null, stands = here();

  const say = (text) => { status.textContent = text; };
  const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

  function show(file) {
    if (shown) URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(file);
    preview.src = shown;
    preview.hidden = false;
    work.hidden = false;
    area.classList.add("compact");
    document.querySelector(".doors")?.remove();
  }
  preview.addEventListener("error", () => { preview.hidden = true; });

  async function smaller(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = LONGER_SIDE / Math.max(picture.width, picture.height);
      if (scale >= 1 && file.size <= SMALL_ENOUGH) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * Math.min(scale, 1)));
      canvas.height = Math.max(1, Math.round(picture.height * Math.min(scale, 1)));
      const paint = canvas.getContext("2d", { alpha: false });
      paint.fillStyle = "#fff";
      paint.fillRect(0, 0, canvas.width, canvas.height);
      paint.imageSmoothingQuality = "high";
      paint.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return made && made.size < file.size ? made : file;
    } catch {
      return file; // the browser cannot open it; perhaps the service can, and if not it says why
    }
  }

  function post(body, name) {
    return new Promise((done) => {
      const form = new FormData();
      form.append("image", body, name);
      const request = sending = new XMLHttpRequest();
      request.open("POST", area.querySelector(".take").getAttribute("action")); // with the fruits that lie there already
      request.setRequestHeader("X-Fragment", "answer");
      request.timeout = 90_000;
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) progress.value = 100 * event.loaded / event.total;
      };
      // Handed to the line, which may still hold all of a small photo: nobody here knows when the kitchen has it.
      request.upload.onload = () => { progress.removeAttribute("value"); say("Waiting to hear what it is…"); };
      request.onload = () => done(request);
      request.onerror = request.ontimeout = () => done(null);
      request.send(form);
    });
  }

  function pause(seconds, text) {
    return new Promise((done) => {
      let left = seconds;
      progress.hidden = true;
      say(text(left)); // said once: a countdown read aloud every second would be a torment
      const tick = () => { left -= 1; if (left <= 0) done(); else waiting = setTimeout(tick, 1000); };
      waiting = setTimeout(tick, 1000);
    });
  }

  function put(html, answered) {
    answer.innerHTML = html;
    const camera = answer.querySelector("#camera-area"); // it knows what lies on the table now
    const typed = byId("names"), typing = typed && typed.value !== typed.defaultValue;
    if (camera) { area.replaceWith(camera); area = camera; ready(); }
    const field = byId("names");
    if (typing && field) field.value = typed.value; // what somebody wrote while they waited
    const section = answer.firstElementChild;
    const heading = byId("answer-title");
    if (section?.dataset.title) document.title = section.dataset.title;
    const address = section?.dataset.url || "/"; // of the fruits, so that reload and a friend find their recipes
    if (answered && address !== here()) { history.pushState(null, "", address); stands = here(); }
    heading?.focus({ preventScroll: true });
    work.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  function trouble(title, text) {
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    const words = document.createElement("p");
    section.className = "answer trouble";
    heading.className = "name";
    heading.id = "answer-title";
    heading.tabIndex = -1;
    heading.textContent = title;
    words.textContent = text;
    section.append(heading, words);
    answer.replaceChildren(section);
    heading.focus();
  }

  function busy(on) {
    document.documentElement.classList.toggle("busy", on);
    answer.setAttribute("aria-busy", String(on));
    progress.hidden = !on;
  }

  async function take(file) {
    const mine = ++turn;
    sending?.abort();
    clearTimeout(waiting);
    last = file;
    again.hidden = true;
    answer.replaceChildren();
    show(file);
    busy(true);
    say("Making it smaller…");
    const body = await smaller(file);
    for (let attempt = 1; mine === turn; attempt += 1) {
      busy(true);
      progress.value = 0;
      say("Sending…");
      const reply = await post(body, file.name || "photo.jpg");
      if (mine !== turn) return;
      const waking = !reply || reply.status === 502 || reply.status === 504; // no answer, or only the platform's
      const wait = waking ? 2 * attempt : Number(reply.getResponseHeader("Retry-After"));
      const passing = waking || ((reply.status === 429 || reply.status === 503) && wait > 0);
      if (passing && attempt < TRIES) {
        const seconds = Math.min(Math.max(Math.ceil(wait), 1), LONGEST_WAIT);
        const why = waking ? "The line broke." : reply.status === 429 ? "A lot of photos in one minute." : "Many pots on the stove.";
        await pause(seconds, (left) => `${why} Trying again in ${plural(left, "second")} (${attempt} of ${TRIES - 1}).`);
        continue;
      }
      busy(false);
      say("");
      again.hidden = !passing;
      if (!reply) trouble("No connection", "We could not reach the kitchen. Your photo is still here.");
      else if ((reply.getResponseHeader("Content-Type") || "").startsWith("text/html")) put(reply.responseText, reply.status === 200);
      else trouble("Something boiled over", "It is our fault, not yours. Try again in a moment.");
      return;
    }
  }

  const pictureIn = (list) => [...(list || [])].find((file) => file.type.startsWith("image/")) || list?.[0];

  function ready() {
    for (const hint of area.querySelectorAll(".by-script")) hint.hidden = false;
  }
  ready();
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const file = input.files[0];
    if (file) take(file);
    input.value = ""; // so that the same photo may be chosen again
  });
  again.addEventListener("click", () => { if (last) take(last); });
  addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (file) { event.preventDefault(); take(file); }
  });
  addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
  addEventListener("dragleave", () => area.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("over");
    const file = pictureIn(event.dataTransfer?.files);
    if (file) take(file);
  });
  addEventListener("popstate", () => { if (here() !== stands) location.reload(); }); // a leap within the page is one, too
})();
