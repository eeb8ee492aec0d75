namespace GitOpsBumper.Adapters.PullRequests.Bitbucket;

/// <summary>Both kinds of Bitbucket refuse a whole change because of one reviewer that they do not take, such as one who has left since.</summary>
internal static class ReviewerRefusal
{
    /// <summary>Makes a change with as many of the reviewers as are taken.</summary>
    /// <param name="reviewers">Wanted.</param>
    /// <param name="mark">What is in the refusal when it is because of this one.</param>
    /// <param name="change">With reviewers.</param>
    public static async Task<T> AvoidAsync<TReviewer, T>(IReadOnlyList<TReviewer> reviewers, Func<TReviewer, string> mark, Func<IReadOnlyList<TReviewer>, Task<T>> change)
    {
        for (var left = reviewers; ;)
        {
            try
            {
                return await change(left);
            }
            catch (ForgeException failure) when (failure.Failure == ForgeFailure.Invalid && left.Count > 0 && !BitbucketWords.IsStale(failure))
            {
                IReadOnlyList<TReviewer> others = [.. left.Where(reviewer => !failure.Message.Contains(mark(reviewer), StringComparison.Ordinal))];
                left = others.Count < left.Count ? others : [];
            }
        }
    }

    /// <summary>Gives reviewers to a request, one by one.</summary>
    /// <param name="reviewers">As people name them.</param>
    /// <param name="add">One.</param>
    /// <returns>A sentence about each that was not taken.</returns>
    public static async Task<IReadOnlyList<string>> AddAsync(IEnumerable<string> reviewers, Func<string, Task> add)
    {
        var said = new List<string>();
        foreach (var reviewer in reviewers)
        {
            try
            {
                await add(reviewer);
            }
            catch (ForgeException failure) when (failure.Failure is ForgeFailure.Invalid or ForgeFailure.NotFound or ForgeFailure.Forbidden or ForgeFailure.AlreadyExists)
            {
                said.Add($"reviewer '{reviewer}' was not taken: {failure.Message}");
            }
        }

        return said;
    }
}
