using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitOpsBumper.Api;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Api;

public sealed partial class OpenApiDocumentTests
{
    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch];

    [Fact]
    public async Task A_method_that_is_not_described_is_answered_as_it_is_described()
    {
        await using var stage = await ApiStage.StartAsync();
        foreach (var (path, operations) in JsonNode.Parse(OpenApiDocument.Bytes.Span)!["paths"]!.AsObject())
        {
            Assert.All(operations!.AsObject(), operation => Assert.NotNull(operation.Value!["responses"]!["405"]));
            foreach (var method in Methods.Where(method => operations[method.Method.ToLowerInvariant()] is null))
            {
                var (status, body) = await stage.SendAsync(method, path.Replace("{", "a", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
                Assert.True(status == 405, $"{method} {path}: {status}");
                Assert.NotEmpty((string)body["error"]!);
            }
        }
    }

    [Fact]
    public void The_page_about_triggers_names_the_answers_of_the_description()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/reference/trigger-api.md"));
        var described = JsonNode.Parse(OpenApiDocument.Bytes.Span)!["paths"]!["/api/v1/trigger"]!["post"]!["responses"]!.AsObject().Select(answer => answer.Key);
        Assert.Equal(described.Order(StringComparer.Ordinal), Row().Matches(page).SelectMany(row => row.Groups["codes"].Value.Split(", ")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Whatever_is_read_may_be_refused_for_its_body() => Assert.All(
        JsonNode.Parse(OpenApiDocument.Bytes.Span)!["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Where(operation => operation.Value!["requestBody"] is not null),
        operation => Assert.All(new[] { "400", "408", "413", "503" }, status => Assert.NotNull(operation.Value!["responses"]![status])));

    [GeneratedRegex(@"^\| (?<codes>\d{3}(?:, \d{3})*) \|", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Row();
}
