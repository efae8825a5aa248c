import { useMutation } from "@connectrpc/connect-query";
import { useRef, useState } from "react";
import { channelLabel } from "../api/channels";
import { problemOf } from "../api/queries";
import { AuthorKind } from "../gen/parley/context/v1/message_pb";
import { ContextService } from "../gen/parley/context/v1/context_service_pb";
import type { Task } from "../gen/parley/routing/v1/task_pb";
import { Button } from "../ui/Button";
import { ChannelChip } from "../ui/ChannelChip";
import { useShortcuts } from "../ui/useShortcuts";

interface Props {
  task: Task;
  /** Where the customer wrote last: there the reply goes. */
  channel: string;
  address: string;
}

/** What the agent writes. It is sent once, however often it is tried: the id of the request stays until it has gone through. */
export function Reply({ task, channel, address }: Props) {
  const [text, setText] = useState("");
  const requestId = useRef(crypto.randomUUID());
  const input = useRef<HTMLTextAreaElement>(null);
  const post = useMutation(ContextService.method.postMessage, {
    onSuccess: () => {
      setText("");
      requestId.current = crypto.randomUUID();
    },
  });
  useShortcuts({ r: () => input.current?.focus() });
  const send = () => {
    if (!text.trim() || post.isPending) return;
    post.mutate({
      requestId: requestId.current,
      conversationId: task.conversationId,
      text: text.trim(),
      author: AuthorKind.AGENT,
    });
  };
  return (
    <form
      className="reply"
      data-channel={channel}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label htmlFor="reply" className="reply__to">
        Reply by <ChannelChip channel={channel} /> <span className="muted">{channel === "web" ? "" : address}</span>
      </label>
      <textarea
        id="reply"
        ref={input}
        rows={2}
        value={text}
        placeholder={`Write to the customer on ${channelLabel(channel)}`}
        onChange={(event) => {
          setText(event.target.value);
          if (post.isError) requestId.current = crypto.randomUUID(); // other words are another message
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      <div className="reply__send">
        <p className="problem" role="alert">
          {post.error && problemOf(post.error)}
        </p>
        <Button type="submit" kind="primary" disabled={!text.trim() || post.isPending}>
          Send
        </Button>
      </div>
    </form>
  );
}
