"use strict";

const socket = new WebSocket(`ws://${location.host}/talk/`);
const form = document.querySelector("form");

socket.onopen = () => { document.title = "open"; };
socket.onclose = (event) => { document.title = `closed with ${event.code}`; };
socket.onmessage = (event) => {
  const line = document.createElement("li");
  line.textContent = event.data;
  document.querySelector("ol").append(line);
};
form.onsubmit = (event) => {
  event.preventDefault();
  socket.send(form.elements.text.value);
  form.reset();
};
