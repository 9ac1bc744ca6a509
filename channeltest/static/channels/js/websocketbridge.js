/* channels.WebSocketBridge: JSON over a websocket that connects again when it is closed.
 *
 *   var bridge = new channels.WebSocketBridge();
 *   bridge.connect("/ws/");
 *   bridge.listen(function (payload, stream) { ... });            // frames without a stream
 *   bridge.demultiplex("news", function (payload, stream) { ... });
 *   bridge.send({text: "hello"});
 *   bridge.stream("news").send({text: "hello"});
 *
 * bridge.socket has the methods, properties and events of a WebSocket. The API is that of
 * Channels 1.1.8, whose file stood at this path.
 */
(function (root, make) {
  "use strict";
  if (typeof module === "object" && module.exports) {
    module.exports = make();
  } else if (typeof define === "function" && define.amd) {
    define([], make);
  } else {
    root.channels = make();
  }
})(typeof self === "undefined" ? this : self, function () {
  "use strict";

  // Delays and timeouts in milliseconds.
  var DEFAULTS = {
    constructor: null, // makes the sockets; WebSocket where this is null
    minReconnectionDelay: 1500,
    maxReconnectionDelay: 10000,
    reconnectionDelayGrowFactor: 1.3,
    connectionTimeout: 4000,
    maxRetries: Infinity,
  };
  var HANDLERS = ["onopen", "onmessage", "onclose", "onerror"];
  var STATE = ["url", "protocol", "extensions", "readyState", "bufferedAmount"].concat(
    ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
  );

  // A WebSocket that is replaced by a new one when it is closed; what listens to the old one
  // listens to the new one too.
  function ReconnectingSocket(url, protocols, options) {
    var settings = Object.assign({}, DEFAULTS, options);
    var handlers = {};
    var listeners = [];
    var binaryType = "blob";
    var retries = 0;
    var delay = 0;
    var isWanted = true;
    var current, overdue, waiting;

    function open() {
      var Socket = settings.constructor || WebSocket;
      var socket = new Socket(url, protocols || []);
      current = socket;
      socket.binaryType = binaryType;
      overdue = setTimeout(function () {
        socket.close();
        fail("ETIMEDOUT", "Connection timeout");
      }, settings.connectionTimeout);
      socket.addEventListener("open", function () {
        clearTimeout(overdue);
        retries = delay = 0;
      });
      socket.addEventListener("close", again);
      listeners.forEach(function (each) { socket.addEventListener.apply(socket, each); });
      HANDLERS.forEach(function (name) { socket[name] = handlers[name] || null; });
    }

    function again() {
      clearTimeout(overdue);
      clearTimeout(waiting);
      if (!isWanted) {
        return;
      }
      retries += 1;
      if (retries > settings.maxRetries) {
        fail("EHOSTDOWN", "Too many failed connection attempts");
        return;
      }
      // At random, so that the clients of a server that was restarted do not all come at once.
      delay = delay
        ? Math.min(delay * settings.reconnectionDelayGrowFactor, settings.maxReconnectionDelay)
        : settings.minReconnectionDelay * (1 + Math.random());
      waiting = setTimeout(open, delay);
    }

    function listening(type) {
      return listeners.filter(function (each) { return each[0] === type; });
    }

    // Tells the listeners of an error that is no event; behind the close that brought it about.
    function fail(code, text) {
      setTimeout(function () {
        var error = new Error(text);
        error.code = code;
        listening("error").concat([["error", handlers.onerror]]).forEach(function (each) {
          if (each[1]) {
            each[1].call(current, error);
          }
        });
      }, 0);
    }

    // Tells the listeners of the close at once: the socket's own event may come much later.
    function announceClose(code, reason) {
      var event = { code: code, reason: reason, wasClean: true };
      current.removeEventListener("close", again);
      again();
      current.onclose = null;
      listening("close").forEach(function (each) {
        current.removeEventListener(each[0], each[1], each[2]);
        each[1].call(current, event);
      });
      if (handlers.onclose) {
        handlers.onclose.call(current, event);
      }
    }

    this.send = function (data) { current.send(data); };

    // It connects again, after `delay` ms where that is set, unless `keepClosed` is.
    this.close = function (code, reason, options) {
      var how = Object.assign({ keepClosed: false, fastClose: true, delay: 0 }, options);
      var status = code === undefined ? 1000 : code;
      isWanted = !how.keepClosed;
      delay = how.delay ? how.delay / settings.reconnectionDelayGrowFactor : delay;
      current.close(status, reason || "");
      if (how.fastClose) {
        announceClose(status, reason || "");
      }
    };

    this.addEventListener = function (type, listener, options) {
      listeners.push([type, listener, options]);
      current.addEventListener(type, listener, options);
    };

    this.removeEventListener = function (type, listener, options) {
      listeners = listeners.filter(function (each) {
        return each[0] !== type || each[1] !== listener;
      });
      current.removeEventListener(type, listener, options);
    };

    HANDLERS.forEach(function (name) {
      Object.defineProperty(this, name, {
        get: function () { return handlers[name] || null; },
        set: function (handler) { handlers[name] = current[name] = handler; },
      });
    }, this);

    STATE.forEach(function (name) {
      Object.defineProperty(this, name, { get: function () { return current[name]; } });
    }, this);

    Object.defineProperty(this, "binaryType", {
      get: function () { return binaryType; },
      set: function (type) { binaryType = current.binaryType = type; },
    });

    open();
  }

  function WebSocketBridge(options) {
    this.socket = null;
    this.streams = {};
    this.default_cb = null;
    this.options = Object.assign({}, options);
  }

  // A path, a whole URL, or nothing for the root of the page's host.
  WebSocketBridge.prototype.connect = function (url, protocols, options) {
    var host = (location.protocol === "https:" ? "wss://" : "ws://") + location.host;
    var target = url === undefined ? host : url.charAt(0) === "/" ? host + url : url;
    this.socket = new ReconnectingSocket(target, protocols, options);
  };

  // Frames of a stream go to its own callback, or nowhere; all others to this one.
  WebSocketBridge.prototype.listen = function (callback) {
    var bridge = this;
    bridge.default_cb = callback;
    bridge.socket.onmessage = function (event) {
      var frame = JSON.parse(event.data);
      var isOfStream = frame.stream !== undefined;
      var target = isOfStream ? bridge.streams[frame.stream] : bridge.default_cb;
      if (target) {
        target(isOfStream ? frame.payload : frame, isOfStream ? frame.stream : null);
      }
    };
  };

  WebSocketBridge.prototype.demultiplex = function (stream, callback) {
    this.streams[stream] = callback;
  };

  WebSocketBridge.prototype.send = function (content) {
    this.socket.send(JSON.stringify(content));
  };

  WebSocketBridge.prototype.stream = function (stream) {
    var bridge = this;
    return {
      send: function (payload) { bridge.send({ stream: stream, payload: payload }); },
    };
  };

  return { WebSocketBridge: WebSocketBridge };
});
