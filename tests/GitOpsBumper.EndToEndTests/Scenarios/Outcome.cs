using System.Text.Json.Nodes;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>What a command answered, printed and complained about.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    private JsonNode? _report;

    /// <summary>The JSON document of <c>--output json</c>.</summary>
    public JsonNode Report => _report ??= JsonNode.Parse(Output) ?? throw new InvalidOperationException($"no report: {Errors}");

    public JsonNode Application(string name) =>
        Report["applications"]!.AsArray().Single(application => (string)application!["name"]! == name)!;

    public ImageOutcome Image(string application, string alias = "web") =>
        ImageOutcome.Read(Application(application)["images"]!.AsArray().Single(image => (string?)image!["alias"] == alias)!);

    /// <summary>Fails with everything that the command said.</summary>
    public Outcome MustExit(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode} instead of {code}\n{Output}\n{Errors}");
        return this;
    }
}

/// <summary>One image of the report.</summary>
internal sealed record ImageOutcome(string Decision, string Reason, string? Current, string? Candidate, string? Digest)
{
    public static ImageOutcome Read(JsonNode image) =>
        new((string)image["decision"]!, (string)image["reason"]!, (string?)image["current"], (string?)image["candidate"], (string?)image["digest"]);
}
