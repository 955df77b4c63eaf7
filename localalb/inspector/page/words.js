// Numbers and moments as people read them.

export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "";
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  if (milliseconds >= 100) return `${milliseconds.toFixed(0)} ms`;
  return `${milliseconds.toFixed(1)} ms`;
}

export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const two = number => String(number).padStart(2, "0");

// Of this machine's day: 20:24:31.
export function clock(moment) {
  const date = new Date(moment);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

// The same with milliseconds.
export function clockExact(moment) {
  return `${clock(moment)}.${String(new Date(moment).getMilliseconds()).padStart(3, "0")}`;
}

export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

// Of a target group or a function (with its alias or version); other text is as it is.
export function arnName(arn) {
  if (arn.includes(":targetgroup/")) return arn.split(":targetgroup/")[1].split("/")[0];
  if (arn.includes(":function:")) return arn.split(":function:")[1];
  return arn;
}

const FAILURES = {
  init: "It failed while it started",
  error: "It raised an error",
  exit: "Its process ended",
  timeout: "It ran longer than its timeout",
  missing: "The function is gone",
  throttled: "It was throttled",
};

export const failureWords = failure => FAILURES[failure] ?? failure;
