// What a script adds to pages that work without it: speaking instead of typing, printing, no second sending.
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

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent && event.target.method === "post") event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
})();
