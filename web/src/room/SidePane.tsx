import { ActionIcon, Title } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";

import { Icon } from "../app/Icon";
import { useLanguage } from "../i18n/Language";
import classes from "./SidePane.module.css";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A pane beside the chat; on a narrow screen it covers the chat. Escape closes it. */
export function SidePane({ title, onClose, children }: Props) {
  const { text } = useLanguage();
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.focus(), [title]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) onClose();
  };
  return (
    <aside ref={pane} className={classes.pane} aria-label={title} tabIndex={-1} onKeyDown={onKeyDown}>
      <header className={classes.head}>
        <Title order={2} size="h5">
          {title}
        </Title>
        <ActionIcon variant="subtle" color="gray" aria-label={text.room.closedPane} onClick={onClose}>
          <Icon name="close" />
        </ActionIcon>
      </header>
      {children}
    </aside>
  );
}
