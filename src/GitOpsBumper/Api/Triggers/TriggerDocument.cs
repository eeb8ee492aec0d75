using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Api.Triggers;

/// <summary>A trigger as the API shows it; its form is a promise (docs/reference/trigger-api.md).</summary>
internal static class TriggerDocument
{
    public static string Word(TriggerResult result) => result switch
    {
        TriggerResult.Written => "written",
        TriggerResult.AlreadyThere => "already-there",
        TriggerResult.Proposed => "proposed",
        TriggerResult.NotWritten => "not-written",
        _ => "failed",
    };

    /// <param name="status">Of HTTP.</param>
    /// <param name="job">The trigger.</param>
    /// <param name="elapsed">Since it was asked for.</param>
    public static ApiReply Render(int status, TriggerJob job, TriggerState state, TimeSpan elapsed) => ApiReply.Json(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("id", job.Id);
        json.WriteString("state", state.IsDone ? "done" : "waiting");
        json.WriteString("result", state.Result is { } result ? Word(result) : null);
        json.WriteNumber("seconds", Math.Round((state.Took ?? elapsed).TotalSeconds, 3));
        json.WriteStartArray("matched");
        foreach (var target in job.Targets)
            json.WriteStringValue(target.Application.ToString());
        json.WriteEndArray();
        json.WriteStartArray("images");
        foreach (var image in state.Images)
        {
            json.WriteStartObject();
            json.WriteString("application", image.Application.ToString());
            json.WriteString("alias", image.Alias);
            json.WriteString("result", Word(image.Result));
            json.WriteString("reason", image.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        JsonReport.WriteApplications(json, state.Applications);
        json.WriteEndObject();
    });
}
