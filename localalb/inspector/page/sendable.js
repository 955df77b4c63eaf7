// A request as /api/send and /api/explain take it: {listener, method, target, headers, body}.

// The sender writes these, so that they fit what is sent.
const SENDERS = new Set(["connection", "content-length", "transfer-encoding", "keep-alive", "expect"]);

// Of a request that is opened; null where the load balancer understood none.
export function sendable({understood, explanation, received}) {
  if (!understood || !explanation || understood.method === "-") return null;
  return {
    listener: explanation.listener,
    method: understood.method,
    target: asWritten(received) ?? understood.path + (understood.query && `?${understood.query}`),
    headers: understood.headers.filter(([name]) => !SENDERS.has(name.toLowerCase())),
    body: received.body_length ? received.body : nobody(),
  };
}

// What the request line has: the list's own is without secrets.
function asWritten({head}) {
  return (/^\S+ (\S+) HTTP\//.exec(head) ?? /^:path: (\S+)$/m.exec(head))?.[1];
}

export function nobody() {
  return {text: "", base64: null};
}

export function headerLines(headers) {
  return headers.map(([name, value]) => `${name}: ${value}`).join("\n");
}

// Throws an Error that names the line which is no header.
export function parsedHeaders(text) {
  return text
    .split(/\r?\n/)
    .filter(line => line.trim())
    .map(line => {
      const colon = line.indexOf(":");
      if (colon <= 0) throw new Error(`“${line}” is no header: write Name: value`);
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
}
