using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Approvals;

namespace GitOpsBumper.Reports;

/// <summary>The report as one JSON document; its form is a promise to the pipelines that read it (docs/reference/json-report.md).</summary>
internal static class JsonReport
{
    /// <summary>Also used by other commands, so that all documents escape alike.</summary>
    public static JsonWriterOptions Options { get; } = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Render(CycleReport report) => Render(json =>
    {
        json.WriteStartObject();
        WriteApplications(json, report.Applications);
        WriteRequests(json, report.Requests);
        json.WriteNumber("seconds", Math.Round(report.Duration.TotalSeconds, 3));
        json.WriteEndObject();
    });

    public static string Render(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(RenderBytes(write));

    /// <summary>In UTF-8.</summary>
    public static byte[] RenderBytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The applications and their totals, alike in every document.</summary>
    public static void WriteApplications(Utf8JsonWriter json, IReadOnlyList<ApplicationReport> applications)
    {
        json.WriteStartArray("applications");
        foreach (var application in applications)
            Write(json, application);
        json.WriteEndArray();
        var images = applications.SelectMany(application => application.Images).ToList();
        json.WriteStartObject("totals");
        json.WriteNumber("applications", applications.Count);
        json.WriteNumber("images", images.Count);
        json.WriteNumber("updated", images.Count(image => image.Decision == DecisionKind.Updated));
        json.WriteNumber("failed", images.Count(image => image.Decision == DecisionKind.Failed));
        json.WriteEndObject();
    }

    public static void WriteRequests(Utf8JsonWriter json, RequestCounts requests)
    {
        json.WriteStartObject("requests");
        json.WriteNumber("registry", requests.Registry);
        json.WriteNumber("git", requests.Git);
        json.WriteNumber("kubernetes", requests.Kubernetes);
        json.WriteNumber("forge", requests.Forge);
        json.WriteEndObject();
    }

    /// <summary>The fields of a problem, alike in every document.</summary>
    public static void WriteFields(Utf8JsonWriter json, Problem problem)
    {
        json.WriteString("key", problem.Key);
        json.WriteString("value", problem.Value);
        json.WriteString("message", problem.Message);
    }

    private static void Write(Utf8JsonWriter json, ApplicationReport application)
    {
        json.WriteStartObject();
        json.WriteString("namespace", application.Name.Namespace);
        json.WriteString("name", application.Name.Name);
        json.WriteString("repository", application.Repository);
        json.WriteString("branch", application.Branch);
        json.WriteString("commit", application.Commit);
        json.WriteString("pullRequest", application.PullRequest);
        json.WriteString("failure", application.Failure);
        json.WriteStartArray("problems");
        foreach (var problem in application.Problems)
        {
            json.WriteStartObject();
            WriteFields(json, problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in application.Changes)
            json.WriteStringValue(change.Path.Text);
        json.WriteEndArray();
        json.WriteStartArray("images");
        foreach (var image in application.Images)
        {
            json.WriteStartObject();
            json.WriteString("alias", image.Alias);
            json.WriteString("image", image.Image);
            json.WriteString("strategy", image.Strategy);
            json.WriteString("constraint", image.Constraint);
            json.WriteString("current", image.Current);
            json.WriteString("candidate", image.Candidate);
            json.WriteString("digest", image.Digest);
            json.WriteString("decision", DecisionWords.Word(image.Decision));
            json.WriteString("due", image.Due?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            Write(json, image.Asked);
            json.WriteString("reason", image.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WaitingVersion? asked)
    {
        if (asked is not { Policy: not null })
        {
            json.WriteNull("approval");
            return;
        }

        json.WriteStartObject("approval");
        json.WriteString("version", asked.Version.ToString());
        json.WriteStartArray("votes");
        foreach (var by in asked.By)
            json.WriteStringValue(by);
        json.WriteEndArray();
        json.WriteNumber("missing", asked.Missing);
        json.WriteString("until", asked.Until?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteBoolean("expired", asked.IsExpired);
        json.WriteEndObject();
    }
}
