// Keeps the list fed: what is there, then what comes, and again whenever the stream ends.

import * as api from "./api.js";

const PATIENCE = [250, 500, 1000, 2000, 4000]; // milliseconds until the next try

// Runs until `signal`. `on.state` hears "live", "lost" (tries again) or "locked" (another key is wanted),
// `on.requests` the new summaries, `on.restart` that the ids begin anew, `on.topology` that it changed.
export async function follow(on, signal) {
  let last = 0;
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      let found = await api.requests(last, signal);
      if (found.last < last) {
        on.restart();
        found = await api.requests(0, signal);
      }
      on.requests(found.requests);
      last = found.last;
      on.state("live");
      on.topology();
      for await (const events of api.events(last, signal)) {
        tries = 0;
        const records = events.filter(each => each.event === "request").map(each => JSON.parse(each.data));
        if (records.length) {
          last = records.at(-1).id;
          on.requests(records);
        }
        if (events.some(each => each.event === "topology")) on.topology();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof api.Refused && error.status === 403) return on.state("locked");
      if (!(error instanceof api.Refused || error instanceof TypeError || error.name === "NetworkError"))
        throw error;
    }
    on.state("lost");
    await pause(PATIENCE[Math.min(tries, PATIENCE.length - 1)], signal);
  }
}

function pause(milliseconds, signal) {
  return new Promise(done => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), {once: true});
  });
}
