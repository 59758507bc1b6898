// Where the bars to come will stand: days without weekends where none was traded, hours within the sessions.
"use strict";
const DAY = 1440;
const COUNT = 512; // a cloud reaches at most 400 bars ahead
const LOOKED_AT = 15;

/** Starts (minutes) of the bars behind the last one. `sessions` are [open, close) minutes, ascending. */
export function futureStarts(bars, minutes, sessions) {
  const last = bars.minute(bars.length - 1);
  if (minutes === DAY) return restsAtWeekends(bars) ? weekdays(last) : evenly(last, minutes);
  return minutes < DAY && sessions.length ? inSessions(last, minutes, sessions) : evenly(last, minutes);
}
const evenly = (last, minutes) => Float64Array.from({ length: COUNT }, (_, at) => last + (at + 1) * minutes);
const weekday = (minute) => new Date(minute * 60000).getUTCDay();

function restsAtWeekends(bars) {
  const rows = Array.from({ length: Math.min(LOOKED_AT, bars.length) }, (_, at) => bars.length - 1 - at);
  return rows.length > 7 && rows.every((row) => weekday(bars.minute(row)) % 6);
}
function weekdays(last) {
  let day = last;
  return Float64Array.from({ length: COUNT }, () => {
    do day += DAY;
    while (!(weekday(day) % 6));
    return day;
  });
}
function inSessions(last, minutes, sessions) {
  let at = sessions.findIndex(([, close]) => close > last + minutes);
  let next = last + minutes;
  return Float64Array.from({ length: COUNT }, () => {
    if (at >= 0 && at < sessions.length && next >= sessions[at][1]) at += 1;
    if (at >= 0 && at < sessions.length) next = Math.max(next, sessions[at][0]);
    const start = next;
    next += minutes;
    return start;
  });
}
