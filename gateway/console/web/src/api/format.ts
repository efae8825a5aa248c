import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Date as CalendarDate } from "../gen/google/type/date_pb";
import type { Money } from "../gen/google/type/money_pb";

/** Exact: the amount never becomes a floating-point number. */
export function formatMoney(money: Money | undefined, signed = false): string {
  if (!money) return "–";
  const negative = money.units < 0n || money.nanos < 0;
  const units = money.units < 0n ? -money.units : money.units;
  const decimal = `${negative ? "-" : ""}${units}.${String(Math.abs(money.nanos)).padStart(9, "0")}`;
  const format = new Intl.NumberFormat(undefined, {
    style: "currency",
    currency: money.currencyCode || "USD",
    signDisplay: signed ? "exceptZero" : "auto",
  });
  return format.format(decimal as Intl.StringNumericLiteral);
}

/** A day of the calendar, which is the same day in every zone. */
export function formatDay(day: CalendarDate | undefined, options: Intl.DateTimeFormatOptions = {}): string {
  if (!day) return "–";
  return new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", ...options, timeZone: "UTC" }).format(
    Date.UTC(day.year, day.month - 1, day.day || 1),
  );
}

export function formatMonth(day: CalendarDate | undefined): string {
  return formatDay(day, { month: "long", year: "numeric", day: undefined });
}

/** Whole days from today, in the given zone, to the day. */
export function daysUntil(day: CalendarDate, timeZone: string, now = new Date()): number {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: timeZone || undefined }).format(now);
  return Math.round((Date.UTC(day.year, day.month - 1, day.day) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000);
}

export function toDate(at: Timestamp | undefined): Date | undefined {
  return at && timestampDate(at);
}

/** `KIND_NEW` of the enum `Finding_Kind` as people read it: `new`. */
export function words(name: string | undefined): string {
  return (name ?? "").toLowerCase().replaceAll("_", " ");
}
