using GitOpsBumper.Cli.Output;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Tests.Cli;

public sealed class JsonReportTests
{
    private static readonly CycleReport Report = new()
    {
        Applications =
        [
            new ApplicationReport
            {
                Name = new NamespacedName("argocd", "web"),
                Repository = "https://git.example.com/team/deploy.git",
                Branch = "main",
                Commit = "0123456789abcdef0123456789abcdef01234567",
                Problems = [new Problem("gitopsbumper.io/web.allow-tag", "any", "did you mean 'web.allow-tags'?")],
                Images =
                [
                    Image("web", "1.4.2", "1.5.0", null, DecisionKind.Updated, "1.5.0 is the newest of ~1 <é>"),
                    Image(null, null, null, "sha256:0", DecisionKind.NoCandidate, "no tag"),
                ],
                Changes = [new FileChange(Path, "- name: image.tag\n  value: 1.4.2\n", "- name: image.tag\n  value: 1.5.0\n")],
                Failure = null,
            },
            new ApplicationReport
            {
                Name = new NamespacedName("team", "api"),
                Repository = null,
                Branch = null,
                Commit = null,
                Problems = [],
                Changes = [],
                Failure = "a \u001b[31msentence",
                Images = [Image("api", "1", null, null, DecisionKind.Failed, "registry answered 500")],
            },
        ],
        Requests = new RequestCounts(1, 3, 0, 0),
        Duration = TimeSpan.FromMilliseconds(812.4567),
    };

    [Fact]
    public void The_document_is_the_one_that_is_promised() => Assert.Equal(
        """
        {
          "applications": [
            {
              "namespace": "argocd",
              "name": "web",
              "repository": "https://git.example.com/team/deploy.git",
              "branch": "main",
              "commit": "0123456789abcdef0123456789abcdef01234567",
              "pullRequest": null,
              "failure": null,
              "problems": [
                {
                  "key": "gitopsbumper.io/web.allow-tag",
                  "value": "any",
                  "message": "did you mean 'web.allow-tags'?"
                }
              ],
              "changes": [
                "argocd/web/spec.source.helm.parameters"
              ],
              "images": [
                {
                  "alias": "web",
                  "image": "registry/team/web",
                  "strategy": "semver",
                  "constraint": "~1",
                  "current": "1.4.2",
                  "candidate": "1.5.0",
                  "digest": null,
                  "decision": "updated",
                  "due": null,
                  "approval": null,
                  "reason": "1.5.0 is the newest of ~1 <é>"
                },
                {
                  "alias": null,
                  "image": "registry/team/web",
                  "strategy": "semver",
                  "constraint": "~1",
                  "current": null,
                  "candidate": null,
                  "digest": "sha256:0",
                  "decision": "no-candidate",
                  "due": null,
                  "approval": null,
                  "reason": "no tag"
                }
              ]
            },
            {
              "namespace": "team",
              "name": "api",
              "repository": null,
              "branch": null,
              "commit": null,
              "pullRequest": null,
              "failure": "a \u001B[31msentence",
              "problems": [],
              "changes": [],
              "images": [
                {
                  "alias": "api",
                  "image": "registry/team/web",
                  "strategy": "semver",
                  "constraint": "~1",
                  "current": "1",
                  "candidate": null,
                  "digest": null,
                  "decision": "failed",
                  "due": null,
                  "approval": null,
                  "reason": "registry answered 500"
                }
              ]
            }
          ],
          "totals": {
            "applications": 2,
            "images": 3,
            "updated": 1,
            "failed": 1
          },
          "requests": {
            "registry": 1,
            "git": 3,
            "kubernetes": 0,
            "forge": 0
          },
          "seconds": 0.812
        }
        """.ReplaceLineEndings("\n"),
        JsonReport.Render(Report).ReplaceLineEndings("\n"));

    [Fact]
    public void The_text_has_every_decision_and_no_escape_sequence()
    {
        using var output = new StringWriter();
        TextReport.Print(new Terminal(output, output), Report, withDiff: true);
        var text = output.ToString();
        Assert.DoesNotContain('\u001b', text);
        foreach (var part in new[] { "argocd/web  https://git.example.com/team/deploy.git main  -> 0123456789ab", "updated", "no-candidate", "failed: a \uFFFD[31msentence", "problem: gitopsbumper.io/web.allow-tag: did you mean", "2 applications: 1 updated, 1 no-candidate, 1 failed. Asked registries 1 times and git servers 3 times in 0.8 s." })
            Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_decision_has_a_word_of_its_own() =>
        Assert.Equal(Enum.GetValues<DecisionKind>().Length, Enum.GetValues<DecisionKind>().Select(DecisionWords.Word).Distinct().Count());

    private static RepositoryPath Path
    {
        get
        {
            Assert.True(RepositoryPath.TryParse("argocd/web/spec.source.helm.parameters", out var path, out var problem), problem);
            return path;
        }
    }

    private static ImageReport Image(string? alias, string? current, string? candidate, string? digest, DecisionKind decision, string reason) => new()
    {
        Alias = alias,
        Image = "registry/team/web",
        Strategy = "semver",
        Constraint = "~1",
        Current = current,
        Candidate = candidate,
        Digest = digest,
        Decision = decision,
        Reason = reason,
    };
}
