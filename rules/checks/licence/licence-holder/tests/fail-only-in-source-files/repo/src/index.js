// Copyright (c) 2024 Department for Ferries
export default 1;
