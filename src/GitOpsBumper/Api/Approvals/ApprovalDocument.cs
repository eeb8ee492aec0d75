using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Api.Approvals;

/// <summary>Approvals as the API shows them; their form is a promise (docs/reference/approval-api.md).</summary>
internal static class ApprovalDocument
{
    /// <summary>Whether people are asked about it.</summary>
    public static bool IsAsked(ImageReport image) => image is { Alias: not null, Asked: { Policy: not null, Version.Digest: not null } };

    public static ApiReply List(IEnumerable<(NamespacedName Application, ImageReport Image)> waiting) => ApiReply.Json(StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("approvals");
        foreach (var (application, image) in waiting)
            Write(json, application, image.Alias!, image.Asked!, "waiting", image.Reason);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <param name="state"><c>waiting</c>, <c>planned</c>, <c>approved</c> or <c>rejected</c>.</param>
    public static ApiReply One(NamespacedName application, string alias, WaitingVersion version, string state, string reason) =>
        ApiReply.Json(StatusCodes.Status200OK, json => Write(json, application, alias, version, state, reason));

    private static void Write(Utf8JsonWriter json, NamespacedName application, string alias, WaitingVersion version, string state, string reason)
    {
        json.WriteStartObject();
        json.WriteString("application", application.ToString());
        json.WriteString("alias", alias);
        json.WriteString("tag", version.Version.Tag?.Text);
        json.WriteString("digest", version.Version.Digest?.ToString());
        json.WriteString("state", state);
        json.WriteString("reason", reason);
        json.WriteStartArray("votes");
        foreach (var by in version.By)
            json.WriteStringValue(by);
        json.WriteEndArray();
        json.WriteNumber("missing", state == "waiting" ? version.Missing : 0);
        json.WriteStartArray("approvers");
        foreach (var group in version.Policy?.Groups ?? [])
            json.WriteStringValue(group);
        json.WriteEndArray();
        json.WriteString("until", version.Until?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteBoolean("expired", version.IsExpired);
        json.WriteEndObject();
    }
}
