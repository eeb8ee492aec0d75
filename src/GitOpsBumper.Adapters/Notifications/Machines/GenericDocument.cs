using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Machines;

/// <summary>The JSON document of generic webhooks, as docs/guides/notifications.md describes it: fields may be added, none is taken away.</summary>
internal static class GenericDocument
{
    public const int SchemaVersion = 1;

    private const int MaxText = 8000;

    public static void Write(Utf8JsonWriter json, NotificationMessage message)
    {
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteString("id", message.Id);
        json.WriteString("event", message.Event);
        json.WriteString("severity", NotificationWords.Word(message.Severity));
        json.WriteString("time", Stamp(message.Time));
        json.WriteString("title", message.Title);
        json.WriteString("text", FittedText.Of(message.Lines, MaxText, static line => line));
        json.WriteStartArray("notifications");
        foreach (var notification in message.Notifications)
        {
            json.WriteStartObject();
            Write(json, notification);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("more", message.More);
    }

    private static void Write(Utf8JsonWriter json, Notification notification)
    {
        json.WriteString("type", NotificationWords.Word(notification.Kind));
        json.WriteString("severity", NotificationWords.Word(notification.Severity));
        json.WriteString("time", Stamp(notification.Time));
        Write(json, "namespace", notification.Application.Namespace);
        Write(json, "application", notification.Application.Name);
        Write(json, "project", notification.Project);
        Write(json, "reason", notification.Reason);
        json.WriteStartArray("changes");
        foreach (var change in notification.Changes)
        {
            json.WriteStartObject();
            Write(json, "alias", change.Alias);
            Write(json, "image", change.Image);
            Write(json, "oldTag", change.Old.Tag);
            Write(json, "newTag", change.NewTag);
            Write(json, "oldDigest", change.Old.Digest);
            Write(json, "newDigest", change.Digest);
            Write(json, "updateType", change.UpdateType);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (notification.Commit is null)
        {
            json.WriteNull("commit");
        }
        else
        {
            json.WriteStartObject("commit");
            Write(json, "sha", notification.Commit);
            Write(json, "branch", notification.Branch);
            Write(json, "repository", notification.Repository);
            Write(json, "url", notification.CommitUrl);
            json.WriteEndObject();
        }

        if (notification.Request is null)
        {
            json.WriteNull("request");
        }
        else
        {
            json.WriteStartObject("request");
            Write(json, "id", notification.RequestNumber);
            Write(json, "url", notification.Request);
            json.WriteEndObject();
        }

        // Where a person would go first comes first.
        json.WriteStartArray("links");
        WriteLink(json, "request", notification.Request);
        WriteLink(json, "commit", notification.CommitUrl);
        json.WriteEndArray();
    }

    private static void WriteLink(Utf8JsonWriter json, string rel, string? url)
    {
        if (url is null)
            return;
        json.WriteStartObject();
        json.WriteString("rel", rel);
        Write(json, "url", url);
        json.WriteEndObject();
    }

    /// <summary>Null where nothing is known.</summary>
    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            json.WriteNull(name);
        else
            json.WriteString(name, PlainText.Of(value));
    }

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
