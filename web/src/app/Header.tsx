import type { ReactNode } from "react";

import { useLanguage } from "../i18n/Language";
import { AccountMenu } from "./AccountMenu";
import classes from "./Header.module.css";

/** The bar on top of a page: what is the page's own, and the menu that every page has. */
export function Header({ children }: { children: ReactNode }) {
  const { text } = useLanguage();
  return (
    <>
      <a className="skip" href="#content">
        {text.skipToContent}
      </a>
      <header className={classes.header}>
        {children}
        <AccountMenu />
      </header>
    </>
  );
}
