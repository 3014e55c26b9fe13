import type { Message } from "@plenary/apollo";
import { ActionIcon, Menu, Popover, Tooltip } from "@mantine/core";
import { useState } from "react";

import { Icon, type IconName } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import { Emoji } from "./Emoji";
import classes from "./MessageActions.module.css";
import { useRoomView } from "./RoomContext";
import { useMessageActions } from "./useMessageActions";
import { useVotes } from "./useVotes";

interface Props {
  message: Message;
  /** Whose message it is, for the label. */
  name: string;
  inThread: boolean;
  onEdit: () => void;
  /** Told when something opens from here, and when it closes. */
  onHold: (isHeld: boolean) => void;
}

/** What can be done with a message: the frequent at hand, the rest in a menu. */
export function MessageActions({ message, name, inThread, onEdit, onHold }: Props) {
  const { text } = useLanguage();
  const { openThread } = useRoomView();
  const { mayReact, mayReply, items } = useMessageActions(message, onEdit);
  return (
    <div className={classes.tools} role="group" aria-label={text.message.actions(name)}>
      {mayReact && <ReactionPicker message={message} onHold={onHold} />}
      {mayReply && !inThread && <Tool icon="reply" label={text.message.reply} onClick={() => openThread(message.id)} />}
      {items.length > 0 && (
        <Menu position="bottom-end" onChange={onHold}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={text.message.actions(name)}>
              <Icon name="more" size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {items.map(({ icon, label, isGrave, act }) => (
              <Menu.Item key={label} leftSection={<Icon name={icon} size={16} />} {...(isGrave && { className: classes.grave ?? "" })} onClick={act}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

function Tool({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        <Icon name={icon} size={18} />
      </ActionIcon>
    </Tooltip>
  );
}

function ReactionPicker({ message, onHold }: { message: Message; onHold: (isHeld: boolean) => void }) {
  const { text } = useLanguage();
  const { settings } = useRoomView();
  const { reactions, toggleReaction } = useVotes(message);
  const [isOpen, setIsOpen] = useState(false);
  const setOpen = (open: boolean) => {
    setIsOpen(open);
    onHold(open);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.message.react} onClick={() => setOpen(!isOpen)}>
          <Icon name="smile" size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label={text.message.react}>
        {settings.allowedReactions.map((name) => (
          <ActionIcon
            key={name}
            variant={reactions.includes(name) ? "light" : "subtle"}
            size="lg"
            aria-label={name}
            aria-pressed={reactions.includes(name)}
            onClick={() => {
              toggleReaction(name);
              setOpen(false);
            }}
          >
            <Emoji reaction={name} />
          </ActionIcon>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
