(function () {
  "use strict";

  var room = document.body.dataset.room;
  var scheme = location.protocol === "https:" ? "wss://" : "ws://";
  var socket = new WebSocket(scheme + location.host + "/ws/chat/" + room + "/");
  var form = document.getElementById("say");

  function tell(status) {
    document.getElementById("status").textContent = status;
  }

  function add(remark) {
    var item = document.createElement("li");
    item.textContent = remark;
    document.getElementById("remarks").appendChild(item);
  }

  socket.onmessage = function (event) {
    var said = JSON.parse(event.data);
    if (said.room) {
      tell("You are in " + said.room);
    } else if (said.from) {
      add(said.from + ": " + said.text);
    } else if (said.left) {
      add(said.left + " has left");
    } else if (said.error) {
      tell("That could not be said: " + said.error);
    }
  };

  socket.onclose = function (event) {
    tell("The connection was closed: " + event.code);
  };

  form.onsubmit = function (event) {
    event.preventDefault();
    socket.send(JSON.stringify({ command: "say", text: form.elements.text.value }));
    form.reset();
  };
})();
