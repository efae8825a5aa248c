/** One message as it stands on a customer's phone. */
export interface PhoneMessage {
  id: string;
  provider: string;
  mine: boolean;
  text: string;
  time: string;
}

export interface Inbound {
  channel: string;
  from: string;
  text: string;
  subject?: string;
  /** As whom a visitor of the web site is signed in. */
  customer?: string;
}

/** The sandbox that stands in for the vendors: it posts what a customer writes, through the vendors' own webhooks. */
export class Sandbox {
  constructor(private readonly url: string) {}

  async phone(address: string, signal: AbortSignal): Promise<PhoneMessage[]> {
    return this.call(`/phone?${new URLSearchParams({ address })}`, { signal });
  }

  /** Resolves when Parley has taken the message. */
  async write(inbound: Inbound): Promise<void> {
    const result = await this.call<{ status: number; error?: string }>("/inbound", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(inbound),
    });
    if (result.status < 200 || result.status >= 300) {
      throw new Error(result.error ?? `Parley answered ${result.status}; the vendor tries again.`);
    }
  }

  private async call<T>(path: string, init: RequestInit): Promise<T> {
    const response = await fetch(this.url + path, init);
    const body = await response.json();
    if (!response.ok) throw new Error(body.error ?? `The sandbox answered ${response.status}.`);
    return body as T;
  }
}
