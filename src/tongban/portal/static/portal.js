// What a script adds to pages that work without it: speaking instead of typing, reading aloud, printing, the number of a
// slider, no second sending.
"use strict";

(() => {
  const language = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";

  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  for (const button of Recognition ? document.querySelectorAll("[data-voice]") : []) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const heard = new Recognition();
      heard.lang = language;
      heard.onresult = (event) => {
        const field = document.getElementById(button.dataset.voice);
        field.value = event.results[0][0].transcript.replace(/[。.?？]$/, "");
        field.form.requestSubmit();
      };
      heard.start();
    });
  }

  // Reads the headings and sentences of an element, one after the other: long texts would be cut off by some voices.
  for (const button of window.speechSynthesis ? document.querySelectorAll("[data-aloud]") : []) {
    const words = button.querySelector("span");
    const begin = words.textContent;
    const ended = () => { words.textContent = begin; };
    button.hidden = false;
    button.addEventListener("click", () => {
      if (window.speechSynthesis.speaking) {
        window.speechSynthesis.cancel();
        ended();
        return;
      }
      const text = document.getElementById(button.dataset.aloud).innerText.replace(begin, "");
      const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
      for (const line of lines) {
        const said = new SpeechSynthesisUtterance(line);
        said.lang = language;
        if (line === lines.at(-1)) said.onend = ended;
        window.speechSynthesis.speak(said);
      }
      words.textContent = button.dataset.stop;
    });
    window.addEventListener("pagehide", () => window.speechSynthesis.cancel());
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A clock that goes on from the seconds at which the page was made.
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const face = clock.querySelector("b") || clock;
    const since = performance.now() - 1000 * Number(clock.dataset.clock);
    setInterval(() => {
      const seconds = Math.floor((performance.now() - since) / 1000);
      const hours = Math.floor(seconds / 3600);
      const minutes = Math.floor(seconds / 60) % 60;
      const rest = String(seconds % 60).padStart(2, "0");
      face.textContent = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
    }, 1000);
  }

  document.addEventListener("input", (event) => {
    if (event.target.type === "range") event.target.nextElementSibling.textContent = event.target.value;
  });

  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent && event.target.method === "post") event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
})();
