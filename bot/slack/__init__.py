"""The Slack surface: app, inbox, listeners, views, delivery. Alone imports slack_bolt and slack_sdk."""
