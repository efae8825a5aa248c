import { channelLabel } from "../api/channels";
import { channelIcon, Icon } from "./Icon";
import "./ChannelChip.css";

/** The channel in its own colour, icon and name. */
export function ChannelChip({ channel }: { channel: string }) {
  return (
    <span className="channel-chip" data-channel={channel}>
      <Icon name={channelIcon(channel)} size={15} />
      {channelLabel(channel)}
    </span>
  );
}
