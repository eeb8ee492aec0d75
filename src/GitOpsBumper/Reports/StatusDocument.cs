using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Controller.Reconciling;

namespace GitOpsBumper.Reports;

/// <summary>How the controller is, besides what it decided.</summary>
internal sealed record ControllerStatus
{
    public required string Version { get; init; }

    /// <summary>Which replica answers.</summary>
    public required string Instance { get; init; }

    /// <summary>Whether this replica is the one that works.</summary>
    public required bool IsLeader { get; init; }

    /// <summary>Who holds the lease, as the server last said; null while nobody does or nobody knows, and where there is no election.</summary>
    public required string? LeaderName { get; init; }

    /// <summary>Why not everything is well, each a sentence: the cluster cannot be watched, the configuration has a mistake, or a part of it waits for the next start.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>The document of <c>/api/v1/status</c>; its form is a promise (docs/reference/http.md).</summary>
internal static class StatusDocument
{
    /// <summary>In UTF-8.</summary>
    public static byte[] Render(ControllerStatus status, StatusBoard board) => JsonReport.RenderBytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("version", status.Version);
        json.WriteString("instance", status.Instance);
        json.WriteBoolean("leader", status.IsLeader);
        json.WriteString("leaderName", status.LeaderName);
        json.WriteStartArray("problems");
        foreach (var problem in status.Problems)
            json.WriteStringValue(problem);
        json.WriteEndArray();
        json.WritePropertyName("lastCycle");
        Write(json, board.LastFull);
        JsonReport.WriteApplications(json, board.Applications);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, CycleOutcome? cycle)
    {
        if (cycle is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("ended", cycle.Ended.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("seconds", Math.Round(cycle.Duration.TotalSeconds, 3));
        json.WriteString("failure", cycle.Failure);
        JsonReport.WriteRequests(json, cycle.Requests);
        json.WriteEndObject();
    }
}
