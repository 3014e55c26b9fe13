import { useQuery } from "@apollo/client/react";
import { ActionIcon, Menu, Modal, type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useId } from "react";

import { type Language, LANGUAGES, useLanguage } from "../i18n/Language";
import { useAccount } from "./Gate";
import { Icon } from "./Icon";
import { ProfileForm } from "./ProfileForm";
import { ViewerDocument } from "./Viewer.generated";

/** Language, appearance, one's own name, and the way out. */
export function AccountMenu() {
  const { text, language, setLanguage } = useLanguage();
  const { config, signOut } = useAccount();
  const { colorScheme, setColorScheme } = useMantineColorScheme({
    // To stop transitions for a moment, the library would write a style into the page, which its policy refuses.
    keepTransitions: true,
  });
  const { data } = useQuery(ViewerDocument);
  const [isProfileOpen, profile] = useDisclosure(false);
  const schemes: [MantineColorScheme, string][] = [
    ["light", text.menu.light],
    ["dark", text.menu.dark],
    ["auto", text.menu.system],
  ];
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.menu.label}>
            <Icon name="menu" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {data && <Menu.Label>{text.menu.signedInAs(data.viewer.displayName)}</Menu.Label>}
          <Choices label={text.menu.language} value={language} onChange={(value) => setLanguage(value as Language)}>
            {LANGUAGES.map(({ value, label }) => (
              <Menu.RadioItem key={value} value={value} lang={value}>
                {label}
              </Menu.RadioItem>
            ))}
          </Choices>
          <Choices label={text.menu.theme} value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
            {schemes.map(([value, label]) => (
              <Menu.RadioItem key={value} value={value}>
                {label}
              </Menu.RadioItem>
            ))}
          </Choices>
          <Menu.Divider />
          {data && <Menu.Item onClick={profile.open}>{text.profile.open}</Menu.Item>}
          {config.graphiql && (
            <Menu.Item component="a" href="/graphiql">
              {text.menu.graphiql}
            </Menu.Item>
          )}
          <Menu.Item onClick={signOut}>{text.menu.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isProfileOpen && data !== undefined} onClose={profile.close} title={text.profile.title} closeButtonProps={{ "aria-label": text.close }}>
        {data && <ProfileForm viewer={data.viewer} onDone={profile.close} />}
      </Modal>
    </>
  );
}

interface ChoicesProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

/** Items of which one is chosen; the library's group is no element, so that nothing would say what they are about. */
function Choices({ label, value, onChange, children }: ChoicesProps) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <Menu.Label id={id}>{label}</Menu.Label>
      <Menu.RadioGroup value={value} onChange={onChange}>
        {children}
      </Menu.RadioGroup>
    </div>
  );
}
