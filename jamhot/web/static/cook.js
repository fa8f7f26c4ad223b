// At the stove: timers that ring, a screen that stays awake, arrows that turn the page. Without it the steps still turn.
(() => {
  "use strict";
  const pad = (n) => String(n).padStart(2, "0");
  const clock = (s) => (s >= 3600 ? `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60) % 60)}` : `${Math.floor(s / 60)}`) + `:${pad(s % 60)}`;
  let sound = null;

  function ring() {
    navigator.vibrate?.([300, 150, 300, 150, 300]);
    if (!sound) return;
    for (let i = 0; i < 6; i += 1) {
      const tone = sound.createOscillator(), loud = sound.createGain(), at = sound.currentTime + i * .35;
      tone.frequency.value = i % 2 ? 660 : 880;
      loud.gain.setValueAtTime(.25, at);
      loud.gain.exponentialRampToValueAtTime(.001, at + .3);
      tone.connect(loud).connect(sound.destination);
      tone.start(at);
      tone.stop(at + .3);
    }
  }

  function timer(button) {
    const low = Number(button.dataset.low) * 60, high = Number(button.dataset.high) * 60, words = button.textContent;
    const status = document.getElementById("timer-status");
    let ends = 0, beat = 0, rung = 0;
    const stop = () => { clearInterval(beat); button.dataset.state = ""; button.textContent = words; };
    const tick = () => {
      const gone = Math.round((Date.now() - ends) / 1000) + low; // by the clock: a sleeping tab must not stretch it
      const marks = high > low ? [low, high] : [low];
      if (rung < marks.length && gone >= marks[rung]) {
        rung += 1;
        button.dataset.state = "ringing";
        ring();
        if (status) status.textContent = high > low && rung === 1 ? "Have a look: the shorter time is over." : "Time is up.";
      }
      if (gone < high) button.textContent = `${clock(Math.max((rung ? high : low) - gone, 0))} left${rung ? " at most" : ""}`;
      else { clearInterval(beat); button.textContent = "Time is up"; }
    };
    button.addEventListener("click", () => {
      sound ||= window.AudioContext ? new AudioContext() : null; // only after a touch may a page make a sound
      if (button.dataset.state) { stop(); if (status) status.textContent = ""; return; }
      rung = 0;
      ends = Date.now() + low * 1000;
      button.dataset.state = "running";
      beat = setInterval(tick, 500);
      tick();
    });
    button.hidden = false;
  }
  const arm = () => { for (const button of document.querySelectorAll("button.timer-button[hidden]")) timer(button); };
  arm();
  addEventListener("parts", arm);

  const cook = document.querySelector(".cook");
  if (!cook) return;
  const awake = document.getElementById("awake");
  async function stay() {
    try {
      await navigator.wakeLock.request("screen");
      awake.textContent = "The screen stays on.";
    } catch { awake.textContent = "This browser lets the screen sleep; set it to stay on by hand."; }
  }
  stay();
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") stay(); });

  const steps = [...cook.querySelectorAll(".step")];
  const shown = () => Math.max(steps.findIndex((step) => `#${step.id}` === location.hash), 0);
  const turned = () => { const step = steps[shown()]; step.focus({ preventScroll: true }); scrollTo(0, 0); };
  addEventListener("hashchange", turned);
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own: back, forward, another tab
    const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    const step = by && steps[shown() + by];
    if (step && !event.target.matches("input, select")) { event.preventDefault(); location.hash = step.id; }
  });
  let from = null;
  addEventListener("touchstart", (event) => { from = event.touches[0]; }, { passive: true });
  addEventListener("touchend", (event) => {
    const to = event.changedTouches[0], across = to.clientX - from.clientX;
    if (Math.abs(across) < 70 || Math.abs(to.clientY - from.clientY) > 60) return;
    const step = steps[shown() + (across < 0 ? 1 : -1)];
    if (step) location.hash = step.id;
  }, { passive: true });
})();
