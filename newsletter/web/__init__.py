"""The composer: a web app on this computer alone, over the use cases of `newsletter.workflow`."""
