/** Channels as people name them. What is not here is shown under its own name. */
const labels: Record<string, string> = {
  whatsapp: "WhatsApp",
  sms: "SMS",
  email: "Email",
  web: "Web chat",
  voice: "Voice",
};

export function channelLabel(channel: string): string {
  return labels[channel] ?? channel;
}
