import { useMemo, useRef, useState } from "react";
import { Sandbox } from "../api/sandbox";
import { channelLabel } from "../api/channels";
import type { Customer } from "../gen/parley/identity/v1/customer_pb";
import { channelIcon, Icon } from "../ui/Icon";
import { useShortcuts } from "../ui/useShortcuts";
import { addressIn, apps, linesOf, signedIn } from "./apps";
import { PhoneComposer } from "./PhoneComposer";
import { PhoneThread } from "./PhoneThread";
import { usePhone } from "./usePhone";
import "./Phone.css";

interface Props {
  customer: Customer;
  /** Who answers. */
  company: string;
  sandboxUrl: string;
  /** How much was said, as Parley tells it: when it grows, the phone looks at once. */
  said: number;
}

/** A customer's phone: every app is a channel, and goes the whole way through the vendor's own door. */
export function Phone({ customer, company, sandboxUrl, said }: Props) {
  const sandbox = useMemo(() => new Sandbox(sandboxUrl), [sandboxUrl]);
  const usable = apps.filter((app) => addressIn(app, customer));
  const [channel, setChannel] = useState(usable[0]?.channel ?? "");
  const app = usable.find((each) => each.channel === channel);
  const address = app && addressIn(app, customer);
  const phone = usePhone(sandbox, address, said);
  const input = useRef<HTMLTextAreaElement>(null);
  useShortcuts({
    w: () => input.current?.focus(),
    ...Object.fromEntries(usable.map((each, index) => [String(index + 1), () => setChannel(each.channel)])),
  });
  if (!app || !address) return <p className="muted">{customer.displayName} has no address on any channel.</p>;
  return (
    <section className="phone" data-channel={channel} aria-label={`Phone of ${customer.displayName}`}>
      <div className="phone__apps" role="group" aria-label="Apps">
        {usable.map((each) => (
          <button
            key={each.channel}
            type="button"
            data-channel={each.channel}
            aria-pressed={each.channel === channel}
            onClick={() => setChannel(each.channel)}
          >
            <Icon name={channelIcon(each.channel)} />
            {channelLabel(each.channel)}
          </button>
        ))}
      </div>
      <PhoneThread
        key={channel}
        messages={phone.messages.filter((message) => message.provider === app.provider)}
        problem={phone.problem}
        address={app.channel === "web" ? customer.displayName : address}
        company={company}
      />
      <PhoneComposer
        key={`write ${channel}`}
        app={app}
        address={address}
        customer={signedIn(app, customer)}
        lines={linesOf(customer)}
        language={customer.locale || "en"}
        sandbox={sandbox}
        input={input}
        onSent={phone.look}
      />
    </section>
  );
}
