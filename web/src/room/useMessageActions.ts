import { useMutation } from "@apollo/client/react";
import type { Message } from "@plenary/apollo";

import type { IconName } from "../app/Icon";
import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { SetPinDocument } from "./EditMessage.generated";
import { useRoomView } from "./RoomContext";

/** One line of a message's menu. */
export interface ActionItem {
  icon: IconName;
  label: string;
  isGrave?: boolean;
  act: () => void;
}

/** What the viewer may do with a message. */
export function useMessageActions(message: Message, onEdit: () => void) {
  const { text } = useLanguage();
  const { can, ask, settings, status, viewer } = useRoomView();
  const notify = useNotify();
  const [setPin] = useMutation(SetPinDocument, { onError: notify.error });
  const isOwn = message.author?.userId === viewer.userId;
  const isOpen = status === "OPEN" || (status !== "CLOSED" && viewer.role !== "PARTICIPANT");
  const isPublished = message.status === "PUBLISHED";

  const pin = () => void setPin({ variables: { input: { messageId: message.id, pinned: !message.pinnedAt } } });
  const others: (ActionItem | false)[] = message.author && !isOwn ? sanctions() : [];
  const items: (ActionItem | false)[] = [
    isOwn && isOpen && isEditable() && { icon: "edit", label: text.message.edit, act: onEdit },
    can("PIN") && isPublished && { icon: "pin", label: message.pinnedAt ? text.message.unpin : text.message.pin, act: pin },
    !isOwn && isPublished && { icon: "flag", label: text.message.report, act: () => ask({ kind: "report", message }) },
    ((isOwn && can("DELETE_OWN")) || can("DELETE_ANY")) && {
      icon: "trash",
      label: text.message.remove,
      isGrave: true,
      act: () => ask({ kind: "remove", message }),
    },
    ...others,
  ];
  return {
    mayReact: can("REACT") && settings.reactionsEnabled && isOpen && isPublished,
    mayReply: can("REPLY") && (settings.participantsCanReply || viewer.role !== "PARTICIPANT") && isPublished,
    items: items.filter((item) => item !== false),
  };

  function isEditable(): boolean {
    return can("EDIT_OWN") && Date.now() - Date.parse(message.createdAt) < settings.editWindowSeconds * 1000;
  }

  function sanctions(): (ActionItem | false)[] {
    return [
      can("MUTE") && { icon: "mute", label: text.moderation.mute, act: () => ask({ kind: "mute", message }) },
      can("BAN") && { icon: "ban", label: text.moderation.ban, isGrave: true, act: () => ask({ kind: "ban", message }) },
      can("MANAGE_ROOM") && { icon: "people", label: text.moderation.setRole, act: () => ask({ kind: "role", message }) },
      can("DELETE_ANY") && { icon: "hide", label: text.moderation.hideAuthor, isGrave: true, act: () => ask({ kind: "hide", message }) },
    ];
  }
}
