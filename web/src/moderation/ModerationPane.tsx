import { Tabs } from "@mantine/core";

import { useLanguage } from "../i18n/Language";
import { useRoomView } from "../room/RoomContext";
import { AuditLog } from "./AuditLog";
import classes from "./Moderation.module.css";
import { Review } from "./Review";
import { RoomSettings } from "./RoomSettings";
import { Sanctions } from "./Sanctions";

/** For those who keep order: what to look at, who is sanctioned, what the room allows, what was done. */
export default function ModerationPane() {
  const { text } = useLanguage();
  const { can } = useRoomView();
  const { tabs } = text.moderation;
  const isHost = can("MANAGE_ROOM");
  return (
    <Tabs defaultValue="review" className={classes.tabs} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="review">{tabs.review}</Tabs.Tab>
        <Tabs.Tab value="people">{tabs.people}</Tabs.Tab>
        {isHost && <Tabs.Tab value="settings">{tabs.settings}</Tabs.Tab>}
        {isHost && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="review" className={classes.panel}>
        <Review />
      </Tabs.Panel>
      <Tabs.Panel value="people" className={classes.panel}>
        <Sanctions />
      </Tabs.Panel>
      {isHost && (
        <Tabs.Panel value="settings" className={classes.panel}>
          <RoomSettings />
        </Tabs.Panel>
      )}
      {isHost && (
        <Tabs.Panel value="audit" className={classes.panel}>
          <AuditLog />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}
