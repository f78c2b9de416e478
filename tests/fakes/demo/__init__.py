"""Two phones on a page, beside the fakes of Telegram and Viber that they belong to. `komshi demo` starts it."""
