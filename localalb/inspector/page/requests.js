// The requests that the page knows, and which of them the filter lets through. No element here.

export const KEPT = 20_000; // more than the cloud keeps; the oldest go first

export const EVERYTHING = Object.freeze({status: "", rule: "", function: "", text: ""});

// The rule as a word: the access log writes 0 for the default rule, -1 or nothing where none was found.
export function ruleWord(record) {
  if (record.rule === "" || record.rule === "-1") return "";
  return record.rule === "0" ? "default" : record.rule;
}

// What tells a rule from those of other listeners.
export function ruleKey(record) {
  const word = ruleWord(record);
  return word && `${record.load_balancer}:${record.port} ${word}`;
}

export function passes(record, filter) {
  if (filter.status && String(record.status)[0] !== filter.status) return false;
  if (filter.rule && ruleKey(record) !== filter.rule) return false;
  if (filter.function && record.function !== filter.function) return false;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const text = searched(record);
  return words.every(word => text.includes(word));
}

function searched(record) {
  const {method, target, status, reason, why, client, load_balancer, request_id} = record;
  return [method, target, status, reason, why, client, load_balancer, request_id].join(" ").toLowerCase();
}

// `shown` are those that pass the filter; all are oldest first.
export class Requests {
  constructor() {
    this.filter = EVERYTHING;
    this.clear();
  }

  clear() {
    this.all = [];
    this.shown = [];
    this.rules = new Set();
    this.functions = new Set();
  }

  // How many of the new ones are shown.
  add(records) {
    const before = this.shown.length;
    for (const record of records) {
      this.all.push(record);
      if (ruleKey(record)) this.rules.add(ruleKey(record));
      if (record.function) this.functions.add(record.function);
      if (passes(record, this.filter)) this.shown.push(record);
    }
    const added = this.shown.length - before;
    if (this.all.length > KEPT) {
      this.all = this.all.slice(-KEPT);
      const oldest = this.all[0].id;
      this.shown = this.shown.filter(record => record.id >= oldest);
    }
    return added;
  }

  select(filter) {
    this.filter = filter;
    this.shown = this.all.filter(record => passes(record, filter));
  }
}
