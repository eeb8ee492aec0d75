using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.PullRequests.Text;
using GitOpsBumper.Tests.Core.Annotations;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Controller.Requests;

public sealed class ClosedRequestsTests
{
    private const string Image = "registry.example.com/team/web";
    private const string Target = "main:apps/web/.argocd-source-web.yaml";

    private static readonly NamespacedName Web = new("argocd", "web");

    [Theory]
    [InlineData("7", 0)]
    [InlineData("8", 1)]
    public async Task What_is_open_again_turns_nothing_down_though_the_forge_is_remembered_to_have_it_closed(string open, int turnedDown)
    {
        var closed = new ClosedRequests(new OneClosed(), TimeSpan.FromDays(90), TimeProvider.System, NullLogger.Instance, new HashSet<string>(StringComparer.Ordinal) { open });
        var read = await closed.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(turnedDown, read.Of(Web, Reading.Image([$"image-list: web={Image}:~1"]), Target, () => ImageMemory.Empty).Count());
    }

    /// <summary>A forge with one closed request, number 7.</summary>
    private sealed class OneClosed : IForge
    {
        public PullRequestLimits Limits => new(255, 60_000);

        public Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken)
        {
            var trailer = new UpdateTrailer(Web, "web", Image, "1.4.2", "1.5.0");
            var text = RequestBody.Compose(new RequestMark("0123456789ab", "ff"), [$"{trailer}", $"{UpdateCommit.TargetKey}: {Target}"], new PullRequestText("t", "b"), Limits);
            return Task.FromResult(new ClosedPullRequests(
                [
                    new PullRequest
                    {
                        Number = "7",
                        Url = "https://forge.example.com/7",
                        Title = text.Title,
                        Body = text.Body,
                        SourceBranch = "bumper/web-01234567",
                        TargetBranch = "main",
                        IsOfRepository = true,
                        Changed = TimeProvider.System.GetUtcNow().AddDays(-1),
                    },
                ],
                IsComplete: true));
        }

        public Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public bool NeedsFinish(PullRequestOptions options) => throw new NotSupportedException();

        public Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
