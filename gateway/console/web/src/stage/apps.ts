import { HandleKind, type Customer } from "../gen/parley/identity/v1/customer_pb";

/** One app of the phone: a channel as the sandbox plays it. */
export interface PhoneApp {
  channel: string;
  /** The vendor, as the sandbox names it. */
  provider: string;
  /** What the customer is known by there. */
  handle: HandleKind;
  placeholder: string;
}

export const apps: readonly PhoneApp[] = [
  { channel: "whatsapp", provider: "whatsapp", handle: HandleKind.PHONE, placeholder: "Message" },
  { channel: "sms", provider: "twilio", handle: HandleKind.PHONE, placeholder: "Text message" },
  { channel: "email", provider: "email", handle: HandleKind.EMAIL, placeholder: "Write a mail" },
  {
    channel: "web",
    provider: "webchat",
    handle: HandleKind.CUSTOMER_REFERENCE,
    placeholder: "Chat, signed in at the company's site",
  },
];

/**
 * Where the customer is reached in an app; undefined when they do not have it. In a web chat it is the browser, which has no
 * address: any name tells it from others.
 */
export function addressIn(app: PhoneApp, customer: Customer): string | undefined {
  const value = customer.handles.find(({ handle }) => handle?.kind === app.handle)?.handle?.value;
  return value && app.channel === "web" ? `browser-of-${value}` : value;
}

/** Who the company's site says is signed in, where somebody is. */
export function signedIn(app: PhoneApp, customer: Customer): string | undefined {
  if (app.channel !== "web") return undefined;
  return customer.handles.find(({ handle }) => handle?.kind === HandleKind.CUSTOMER_REFERENCE)?.handle?.value;
}

/** Things to say, in the order in which they make the story, by language. */
const story: Record<string, readonly string[]> = {
  en: ["Why is my bill so high this month?", "yes please dispute it", "any news?", "I want to talk to a person"],
  es: ["¿Por qué mi factura es tan alta este mes?", "sí, por favor, dispútalo", "¿hay novedades?", "Quiero hablar con una persona"],
};

/** The lines in the customer's language; in English where there are none in it. */
export function linesOf(customer: Customer): readonly string[] {
  return story[customer.locale.split("-")[0] ?? ""] ?? story["en"] ?? [];
}
