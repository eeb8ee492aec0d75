using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Controller.Requests;

/// <summary>
/// Does what was planned: first closes what is over, then moves and deletes all branches in one push, then opens and describes. Each step shows in what is there, so that a cycle that is cut
/// short anywhere is finished by the next one.
/// </summary>
internal sealed partial class RequestWriter(CycleServices services, GitClone clone, RepositoryWork repository, WriteMode mode, IForge forge)
{
    private readonly HashSet<RequestWork> _failed = [];

    /// <param name="works">Each with something to do.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <returns>The applications that are to be planned again.</returns>
    public async Task<IReadOnlyList<ApplicationWork>> WriteAsync(IReadOnlyList<RequestWork> works, CancellationToken cancellationToken)
    {
        var gone = await GoneAsync(works, cancellationToken);
        return gone.Count == 0 ? await WriteAllAsync(works, cancellationToken)
            : [.. await WriteAllAsync([.. works.Except(gone)], cancellationToken), .. gone.Except(_failed).SelectMany(work => work.Applications)];
    }

    /// <summary>What a person closed or merged while registries were asked: what is put into it now would be turned down with it, or never seen.</summary>
    private async Task<IReadOnlyList<RequestWork>> GoneAsync(IReadOnlyList<RequestWork> works, CancellationToken cancellationToken)
    {
        if (works.All(work => work.Situation.Open is null))
            return [];
        try
        {
            var open = (await forge.ListOpenAsync(cancellationToken)).Select(request => request.Number).ToHashSet(StringComparer.Ordinal);
            return [.. works.Where(work => work.Situation.Open is { } request && !open.Contains(request.Number))];
        }
        catch (ForgeException failure)
        {
            foreach (var work in works.Where(work => work.Situation.Open is not null))
                Fail(work, $"requests of {repository.Url}: {failure.Message}");
            return [.. _failed];
        }
    }

    private async Task<IReadOnlyList<ApplicationWork>> WriteAllAsync(IReadOnlyList<RequestWork> works, CancellationToken cancellationToken)
    {
        if (works.Count == 0)
            return [];
        var ids = await CommitAsync(works, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var due = works.SelectMany(work => work.Due).ToList();
        // What people said while registries were asked counts too.
        if (due.Any(services.MustPlanAgain))
            return [.. works.SelectMany(work => work.Applications)];
        if (mode.Barrier() is { } barred)
        {
            foreach (var application in due)
                application.Fail(barred);
            return [];
        }

        services.Progress.Pushing(repository.Url, ids.Count);
        foreach (var work in works.Where(work => work.Has<RequestOperation.Withdraw>()))
            await TryAsync(work, () => WithdrawAsync(work, cancellationToken));
        var lost = await PushAsync(works, ids, cancellationToken);
        foreach (var work in works.Where(work => !_failed.Contains(work)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await TryAsync(work, () => DescribeAsync(work, cancellationToken));
        }

        return lost;
    }

    private async Task<IReadOnlyDictionary<RequestWork, CommitId>> CommitAsync(IReadOnlyList<RequestWork> works, CancellationToken cancellationToken)
    {
        var pushed = works.Where(work => work.Has<RequestOperation.Push>()).ToList();
        if (pushed.Count == 0)
            return new Dictionary<RequestWork, CommitId>();
        using var signing = services.Signing is { } key ? await services.Signers.OpenAsync(key, cancellationToken) : null;
        var series = pushed.Select(work => new CommitSeries(work.Branch, work.Plan.Operations.OfType<RequestOperation.Push>().First().OnTop ? work.Tip! : work.BaseTip, [work.Commit])).ToList();
        var made = await clone.CommitAsync(series, services.Identity with { Signing = signing }, services.Time.GetUtcNow(), cancellationToken);
        return pushed.Zip(made).ToDictionary(pair => pair.First, pair => pair.Second[0]);
    }

    private async Task<IReadOnlyList<ApplicationWork>> PushAsync(IReadOnlyList<RequestWork> works, IReadOnlyDictionary<RequestWork, CommitId> ids, CancellationToken cancellationToken)
    {
        var updates = works.Where(work => ids.ContainsKey(work) || (work.Has<RequestOperation.DeleteBranch>() && !_failed.Contains(work)))
            .ToDictionary(work => work, work => new RefUpdate(work.Branch, work.Tip, ids.GetValueOrDefault(work)));
        if (updates.Count == 0)
            return [];
        cancellationToken.ThrowIfCancellationRequested();
        var outcomes = await clone.PushAsync([.. updates.Values], mode.Abort);
        var lost = new List<ApplicationWork>();
        foreach (var work in updates.Keys)
        {
            switch (outcomes[work.Branch])
            {
                case PushOutcome.Pushed when ids.TryGetValue(work, out var id):
                    foreach (var application in work.Due)
                        application.Commit = id.Hex;
                    break;
                case PushOutcome.Pushed:
                    break;
                case PushOutcome.LostRace:
                    _failed.Add(work);
                    lost.AddRange(work.Applications);
                    break;
                case PushOutcome.Rejected { Reason: var reason } when work.Has<RequestOperation.DeleteBranch>():
                    // It is closed all the same.
                    Log.NotDeleted(services.Logger, work.Branch.Text, reason);
                    break;
                case PushOutcome.Rejected { Reason: var reason }:
                    Fail(work, $"{repository.Url} refused the push to {work.Branch}: {reason}");
                    break;
            }
        }

        if (ids.Count > 0)
            Log.Pushed(services.Logger, ids.Count, repository.Url.Text);
        return lost;
    }

    private async Task WithdrawAsync(RequestWork work, CancellationToken cancellationToken)
    {
        var request = await forge.WholeAsync(work.Situation.Open!, cancellationToken);
        var reasons = work.Applications.SelectMany(application => application.Images.Select(image => image.Decision.Reason)).Distinct(StringComparer.Ordinal).ToList();
        await SayAsync(request, "withdrawn", RequestWords.Withdrawn(reasons, work.Situation.KeepsBranch), cancellationToken);
        await forge.UpdateAsync(request, WithdrawnText(work, request), cancellationToken);
    }

    private async Task CloseAsync(RequestWork work, CancellationToken cancellationToken)
    {
        var request = await forge.WholeAsync(work.Situation.Open!, cancellationToken);
        await forge.CloseAsync(request, WithdrawnText(work, request), cancellationToken);
        foreach (var application in work.Applications)
            application.PullRequest = null;
        Log.Closed(services.Logger, request.Url);
    }

    private static PullRequestText WithdrawnText(RequestWork work, PullRequest request) =>
        new(request.Title, RequestBody.WithMark(request.Body, (work.Situation.Mark ?? new RequestMark(work.Situation.Key.Id, "-")) with { IsWithdrawn = true }));

    private async Task DescribeAsync(RequestWork work, CancellationToken cancellationToken)
    {
        var open = work.Situation.Open;
        if (work.Has<RequestOperation.Leave>())
        {
            await SayAsync(open!, "left", RequestWords.Left(), cancellationToken);
            var whole = await forge.WholeAsync(open!, cancellationToken);
            var mark = (work.Situation.Mark ?? new RequestMark(work.Situation.Key.Id, "-")) with { IsLeft = true };
            await forge.UpdateAsync(whole, new PullRequestText(whole.Title, RequestBody.WithMark(whole.Body, mark)), cancellationToken);
            Log.Left(services.Logger, whole.Url);
        }
        else if (work.Has<RequestOperation.Close>())
        {
            await CloseAsync(work, cancellationToken);
        }
        else if (work.Has<RequestOperation.Open>())
        {
            await OpenAsync(work, cancellationToken);
        }
        else
        {
            await ChangeAsync(work, open!, cancellationToken);
        }
    }

    private async Task OpenAsync(RequestWork work, CancellationToken cancellationToken)
    {
        var options = RequestShares.OptionsOf(work.Applications);
        var needsFinish = forge.NeedsFinish(options);
        var text = await TextAsync(work, needsFinish, cancellationToken);
        var request = await forge.CreateAsync(new NewPullRequest(work.Branch.Text, work.Base.Text, text, options), cancellationToken);
        foreach (var application in work.Due)
        {
            application.PullRequest = request.Url;
            // What an earlier cycle pushed is proposed by this one.
            application.Commit ??= work.Tip?.Hex;
        }

        Log.Opened(services.Logger, request.Url);
        if (needsFinish)
            await FinishAsync(work, request with { Body = text.Body, Title = text.Title }, options, cancellationToken);
    }

    private async Task ChangeAsync(RequestWork work, PullRequest request, CancellationToken cancellationToken)
    {
        // To a forge, what was to be merged by itself is not what stands there now.
        var options = RequestShares.OptionsOf(work.Applications);
        var isUnfinished = work.Has<RequestOperation.Finish>() || (work.Has<RequestOperation.Push>() && options.AutoMerge is not null && forge.NeedsFinish(options));
        if (work.Has<RequestOperation.Describe>())
        {
            var text = await TextAsync(work, isUnfinished, cancellationToken);
            await forge.UpdateAsync(request, text, cancellationToken);
            request = request with { Title = text.Title, Body = text.Body };
            Log.Changed(services.Logger, request.Url);
        }

        if (isUnfinished)
            await FinishAsync(work, work.Has<RequestOperation.Describe>() ? request : await forge.WholeAsync(request, cancellationToken), options, cancellationToken);
    }

    /// <summary>The mark that it is to come goes last. What the forge is not ready for yet comes in the next cycle: the request is there, and that is what counts.</summary>
    private async Task FinishAsync(RequestWork work, PullRequest request, PullRequestOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> refused;
        try
        {
            refused = await forge.FinishAsync(request, options, cancellationToken);
        }
        catch (ForgeException failure) when (failure.IsTransient)
        {
            Log.Unfinished(services.Logger, request.Url, failure.Message);
            return;
        }
        catch (ForgeException failure)
        {
            refused = [failure.Message];
        }

        foreach (var sentence in refused)
        {
            Log.NotGiven(services.Logger, request.Url, sentence);
            foreach (var application in work.Due)
                application.Note(request.Url, sentence);
        }

        if (!RequestMark.TryRead(request.Body, out var mark))
            return;
        try
        {
            await forge.UpdateAsync(request, new PullRequestText(request.Title, RequestBody.WithMark(request.Body, mark with { IsUnfinished = false })), cancellationToken);
        }
        catch (ForgeException failure)
        {
            // It may be merged by now, and is not to be changed then.
            Log.Unfinished(services.Logger, request.Url, failure.Message);
        }
    }

    private async Task<PullRequestText> TextAsync(RequestWork work, bool isUnfinished, CancellationToken cancellationToken)
    {
        var wish = work.Situation.Wish!.Trailer;
        var text = await new RequestDetails(services).WriteAsync(work.Changes!, cancellationToken);
        return RequestBody.Compose(new RequestMark(wish.Id, wish.Updates) { IsUnfinished = isUnfinished }, RequestBody.Proposed(work.Changes!.Commit!.Commit.Message), text, forge.Limits);
    }

    private async Task SayAsync(PullRequest request, string about, string text, CancellationToken cancellationToken)
    {
        if (!await forge.HasCommentAsync(request, RequestWords.CommentMark(about), cancellationToken))
            await forge.CommentAsync(request, text, cancellationToken);
    }

    /// <summary>One request's trouble stays with it.</summary>
    private async Task TryAsync(RequestWork work, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (ForgeException failure)
        {
            Fail(work, $"{(work.Situation.Open is { } open ? $"request {open.Url}" : $"a request for branch {work.Branch}")}: {failure.Message}");
        }
    }

    private void Fail(RequestWork work, string reason)
    {
        _failed.Add(work);
        if (work.Due.Count == 0)
            Log.Failed(services.Logger, repository.Url.Text, reason);
        foreach (var application in work.Due)
            application.Fail(reason);
    }
}
